package io.leasehold.state.operation;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateOperation;
import io.leasehold.ledger.api.StateSummary;
import io.leasehold.state.problem.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides, from what a state says now, whether an operation on it makes sense. What cannot be told
 * is left to tofu, which looks again. Pure.
 */
final class OperationDecider {
    private OperationDecider() {}

    /** What was decided. */
    sealed interface Verdict {
        /**
         * It may be asked for.
         *
         * @param what it would do, in plain words
         */
        record Ask(String what) implements Verdict {}

        /** It would fail. */
        record Refuse(Refusal why) implements Verdict {}
    }

    /** How many things stand at an address. */
    private sealed interface Found {
        record Many(long count) implements Found {}

        record Unknown() implements Found {}
    }

    static Verdict decide(StackRef stack, StateOperation operation, StateSummary state) {
        return switch (operation) {
            case StateOperation.Move(String from, String to) -> move(stack, state, from, to);
            case StateOperation.Remove(List<String> addresses) -> remove(stack, state, addresses);
            case StateOperation.Import(String address, String id) -> {
                Verdict.Refuse taken = taken(stack, state, address);
                yield taken != null
                        ? taken
                        : new Verdict.Ask(
                                "The thing with the id %s would be managed at %s of %s."
                                        .formatted(id, address, stack));
            }
        };
    }

    private static Verdict move(StackRef stack, StateSummary state, String from, String to) {
        Verdict.Refuse taken = taken(stack, state, to);
        if (taken != null) {
            return taken;
        }
        Verdict.Refuse missing = missing(stack, state, from);
        return missing != null
                ? missing
                : new Verdict.Ask(
                        "%s of %s would be moved from %s to %s."
                                .formatted(things(find(state, from)), stack, from, to));
    }

    private static Verdict remove(StackRef stack, StateSummary state, List<String> addresses) {
        StringBuilder what = new StringBuilder("Would not be managed any more, and stay: ");
        for (String address : addresses) {
            Verdict.Refuse missing = missing(stack, state, address);
            if (missing != null) {
                return missing;
            }
            what.append(address).append(" (").append(things(find(state, address))).append(") ");
        }
        return new Verdict.Ask(what.append("of ").append(stack).append('.').toString());
    }

    private static Verdict.@Nullable Refuse missing(
            StackRef stack, StateSummary state, String address) {
        return find(state, address) instanceof Found.Many(long count) && count == 0
                ? refuse("ADDRESS_UNKNOWN", "Nothing stands at %s of %s".formatted(address, stack))
                : null;
    }

    private static Verdict.@Nullable Refuse taken(
            StackRef stack, StateSummary state, String address) {
        return find(state, address) instanceof Found.Many(long count) && count > 0
                ? refuse(
                        "ADDRESS_TAKEN",
                        "Something stands at %s of %s already".formatted(address, stack))
                : null;
    }

    private static Verdict.Refuse refuse(String code, String what) {
        return new Verdict.Refuse(
                new Refusal(409, code, what + ": see what its state has (leasehold states show)."));
    }

    private static Found find(StateSummary state, String address) {
        // A state tells its keys as they are, an address may write them in more than one way.
        if (!state.readable() || address.contains("\\") || address.contains("{")) {
            return new Found.Unknown();
        }
        long count = state.resources().stream().filter(it -> isAt(it, address)).count();
        boolean whole = state.resources().size() == state.resourceCount();
        return count > 0 || whole ? new Found.Many(count) : new Found.Unknown();
    }

    private static boolean isAt(String thing, String address) {
        return thing.equals(address)
                || thing.startsWith(address + ".")
                || thing.startsWith(address + "[")
                || thing.startsWith(address + " (deposed");
    }

    private static String things(Found found) {
        return switch (found) {
            case Found.Many(long count) -> count == 1 ? "1 thing" : count + " things";
            case Found.Unknown() -> "what is there";
        };
    }
}
