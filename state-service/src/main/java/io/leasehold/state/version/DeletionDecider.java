package io.leasehold.state.version;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateDeleteRequest;
import io.leasehold.ledger.api.StateVersionView;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.tfstate.StackHold;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides whether a version, or a stack's whole state, may be hidden. Pure. */
final class DeletionDecider {
    private DeletionDecider() {}

    /**
     * What the ledger makes of the stack.
     *
     * @param live runs or people have made things of it, and it is not destroyed
     * @param applied the version that the last successful run left, which outputs are read from; 0
     *     for none
     * @param orphaned it has an orphan that nobody settled
     */
    record Use(boolean live, long applied, boolean orphaned) {}

    /**
     * What speaks against hiding what is asked for; empty when it may be done.
     *
     * @param current the version that is served; null when there is none
     * @param target the one that is asked for; null when there is none of its number
     */
    static Optional<Refusal> objection(
            StackRef stack,
            StateDeleteRequest request,
            StackHold hold,
            Use use,
            @Nullable StateVersionView current,
            @Nullable StateVersionView target) {
        Long version = request.version();
        Optional<Refusal> objection =
                version == null
                        ? toAll(stack, request.evenThoughLive(), use, current)
                        : toOne(stack, version, use, current, target);
        return objection.or(() -> hold.refusal(stack));
    }

    private static Optional<Refusal> toOne(
            StackRef stack,
            long version,
            Use use,
            @Nullable StateVersionView current,
            @Nullable StateVersionView target) {
        if (target == null || target.deleted() != null) {
            return Optional.of(StateLooks.unknown(stack, version));
        }
        if (current != null && current.version() == version) {
            return refuse(
                    "STATE_CURRENT",
                    "Version %d is the current one: roll back first, or delete the whole state"
                            .formatted(version));
        }
        if (version == use.applied()) {
            return refuse(
                    "STATE_IN_USE",
                    "Version %d is what the last successful run left: the outputs of %s are read from it"
                            .formatted(version, stack));
        }
        if (target.orphan() && target.settled() == null) {
            return refuse("ORPHAN_STATE", open("Version " + version + " is an orphan"));
        }
        return Optional.empty();
    }

    private static Optional<Refusal> toAll(
            StackRef stack,
            @Nullable String evenThoughLive,
            Use use,
            @Nullable StateVersionView current) {
        if (current == null) {
            return Optional.of(StateLooks.none(stack));
        }
        if (use.orphaned()) {
            return refuse("ORPHAN_STATE", open(stack + " has an orphan"));
        }
        if (evenThoughLive == null && use.live()) {
            return refuse(
                    "STACK_LIVE",
                    "%s has things that live, and without its state the next run would make them again."
                                    .formatted(stack)
                            + " To hide it all the same, say the stack again: --even-though-live "
                            + stack.key());
        }
        if (evenThoughLive != null && !evenThoughLive.equals(stack.key())) {
            return refuse(
                    "STACK_LIVE",
                    "--even-though-live says %s, but this is the state of %s"
                            .formatted(evenThoughLive, stack.key()));
        }
        return Optional.empty();
    }

    private static String open(String what) {
        return what + " that nobody settled: adopt or dismiss it first (leasehold states orphans)";
    }

    private static Optional<Refusal> refuse(String code, String detail) {
        return Optional.of(new Refusal(409, code, detail));
    }
}
