package io.leasehold.state.drift;

import io.leasehold.ledger.api.DriftReport;
import org.jspecify.annotations.Nullable;

/** Decides which edge a drift check is, if it is one. Pure. */
final class DriftDecider {

    /** A check that fails this often in a row is told. */
    static final int FAILURES_TOLD = 3;

    private DriftDecider() {}

    /**
     * @param current false when a revision is due, the stack is at work or its state moved since
     *     the check began: what the check saw is of the past
     * @param open fingerprint of the drift that is known, if any
     * @param found fingerprint of what the check found
     * @param failures checks that failed in a row before this one
     */
    record Check(
            DriftReport.Result result,
            boolean current,
            @Nullable String open,
            String found,
            int failures) {}

    /** What a check leads to. */
    enum Edge {
        /** Nothing was adrift, now something is. */
        DETECTED,
        /** Something else is adrift than before. */
        CHANGED,
        /** The same is adrift; only counted. */
        SAME,
        /** What was adrift is not any more. */
        RESOLVED,
        /** Nothing was and nothing is adrift. */
        QUIET,
        /** The check failed; nobody hears of it yet. */
        FAILED,
        /** The check failed so often in a row that people must hear of it. */
        FAILURE_TOLD,
        /** Of the past: as if it had not been made. */
        DISCARDED
    }

    static Edge decide(Check check) {
        if (!check.current()) {
            return Edge.DISCARDED;
        }
        return switch (check.result()) {
            case FAILED -> check.failures() + 1 == FAILURES_TOLD ? Edge.FAILURE_TOLD : Edge.FAILED;
            case CLEAN -> check.open() == null ? Edge.QUIET : Edge.RESOLVED;
            case DRIFTED -> {
                if (check.open() == null) {
                    yield Edge.DETECTED;
                }
                yield check.open().equals(check.found()) ? Edge.SAME : Edge.CHANGED;
            }
        };
    }
}
