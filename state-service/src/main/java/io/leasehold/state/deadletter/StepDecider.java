package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.ReplayItemState;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whose turn it is in a replay of many. Pure.
 *
 * <p>One representative goes first, and while it has not gone well no other; should it turn out to
 * prove nothing (the tenant moved on, a guard said no), the next one is it. Of a tenant the oldest
 * letter goes first, and the next one only once intake has judged the one before.
 */
final class StepDecider {
    private StepDecider() {}

    /**
     * How a replay is to go.
     *
     * @param tried letters up to this turn prove nothing
     */
    record Manner(boolean representative, int tried, int maxTenants) {}

    /**
     * A letter.
     *
     * @param owner the tenant, or what stands for it where none is known
     */
    record Item(int position, String owner, ReplayItemState state) {
        private boolean underWay() {
            return switch (state) {
                case SENT, AT_WORK -> true;
                case WAITING, DONE, FAILED, SUPERSEDED, NOTHING, REFUSED, SKIPPED -> false;
            };
        }
    }

    /** What is to be done. */
    sealed interface Step {
        /** It is the turn of this one. */
        record Next(int position) implements Step {}

        /**
         * Somebody else must end first.
         *
         * @param position of the first that is waited for
         * @param representative nothing else goes before it
         */
        record Wait(int position, boolean representative) implements Step {}

        /** The representative failed; the others stay as they are. */
        record Stop(int position) implements Step {}

        /** All is done. */
        record Finish() implements Step {}
    }

    static Step decide(Manner manner, List<Item> items) {
        Optional<Item> underWay = items.stream().filter(Item::underWay).findFirst();
        List<Item> waiting =
                items.stream().filter(item -> item.state() == ReplayItemState.WAITING).toList();
        if (waiting.isEmpty()) {
            return underWay.<Step>map(item -> new Step.Wait(item.position(), false))
                    .orElseGet(Step.Finish::new);
        }
        if (manner.representative() && !proved(manner, items)) {
            return representative(manner, items, underWay, waiting.getFirst());
        }
        return next(manner, items, waiting);
    }

    private static boolean proved(Manner manner, List<Item> items) {
        return items.stream()
                .anyMatch(item ->
                        item.position() > manner.tried() && item.state() == ReplayItemState.DONE);
    }

    private static Step representative(
            Manner manner, List<Item> items, Optional<Item> underWay, Item next) {
        if (underWay.isPresent()) {
            return new Step.Wait(underWay.get().position(), true);
        }
        return items.stream()
                .filter(item ->
                        item.position() > manner.tried() && item.state() == ReplayItemState.FAILED)
                .findFirst()
                .<Step>map(failed -> new Step.Stop(failed.position()))
                .orElseGet(() -> new Step.Next(next.position()));
    }

    private static Step next(Manner manner, List<Item> items, List<Item> waiting) {
        Set<String> atWork = new HashSet<>();
        Set<String> unjudged = new HashSet<>();
        Item first = null;
        for (Item item : items) {
            if (item.underWay()) {
                first = first == null ? item : first;
                atWork.add(item.owner());
            }
            if (item.state() == ReplayItemState.SENT) {
                unjudged.add(item.owner());
            }
        }
        for (Item item : waiting) {
            boolean room = atWork.contains(item.owner()) || atWork.size() < manner.maxTenants();
            if (room && !unjudged.contains(item.owner())) {
                return new Step.Next(item.position());
            }
        }
        if (first == null) {
            throw new IllegalStateException("a replay takes at least one tenant at once");
        }
        return new Step.Wait(first.position(), false);
    }
}
