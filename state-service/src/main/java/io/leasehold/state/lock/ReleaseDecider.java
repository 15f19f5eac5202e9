package io.leasehold.state.lock;

import io.leasehold.state.problem.Refusal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides whether a stack may be taken from its holder. Pure. */
final class ReleaseDecider {
    private ReleaseDecider() {}

    /**
     * What speaks against it; empty when it may be taken.
     *
     * @param saidTwice the id of the lock that the operator means, who knows that its holder lives
     */
    static Optional<Refusal> objection(Holder holder, @Nullable String saidTwice) {
        if (saidTwice != null && !saidTwice.equals(holder.id())) {
            return Optional.of(
                    new Refusal(
                            409,
                            "LOCK_CHANGED",
                            "%s holds this stack now, not %s: look again"
                                    .formatted(holder.id(), saidTwice)));
        }
        if (saidTwice == null && holder.alive()) {
            return Optional.of(new Refusal(409, "HOLDER_ALIVE", alive(holder)));
        }
        return Optional.empty();
    }

    private static String alive(Holder holder) {
        return switch (holder) {
            case Holder.Run run ->
                    "Run %s on worker %s is alive and works on this stack; what it has built and not"
                                    .formatted(run.id(), run.worker())
                            + " yet written down would become an orphan. To take the stack all the"
                            + " same, say its id again: --even-though-alive "
                            + run.id();
            case Holder.Person person ->
                    "%s has locked this stack since %s, and nobody can tell whether their tofu still"
                                    .formatted(person.name(), person.since())
                            + " runs: ask them. To take the lock all the same, say its id again:"
                            + " --even-though-alive "
                            + person.id();
        };
    }
}
