package io.leasehold.state.access;

import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.problem.Refusal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the credential of a run gives: to read its stack's state and, for a run that may change
 * things, to write it.
 *
 * @param worker who carries the run out
 * @param leaseId the lease it has, null for a check, which has none
 * @param live whether the run still holds its stack, or its turn to check it
 */
public record RunRight(
        String runId,
        RunKind kind,
        StackRef stack,
        String worker,
        @Nullable String leaseId,
        boolean live) {

    /** Why it may not be used so, or empty when it may. Pure. */
    Optional<Refusal> refuses(String verb) {
        if (!live) {
            return refuse(
                    "RUN_OVER", "its lease has ended; hand in what it wrote by the worker's token");
        }
        boolean writes =
                switch (kind) {
                    case APPLY, DESTROY, STATE -> true;
                    case DRIFT -> false;
                };
        return writes || verb.equals("GET")
                ? Optional.empty()
                : refuse("RUN_READS_ONLY", "a run of this kind reads the state and writes none");
    }

    private Optional<Refusal> refuse(String code, String why) {
        return Optional.of(
                new Refusal(403, code, "Run %s may not use %s: %s".formatted(runId, stack, why)));
    }

    /** Leaves the lease out: it is a right itself. */
    @Override
    public String toString() {
        return "RunRight[runId=%s, stack=%s, live=%s]".formatted(runId, stack, live);
    }
}
