package io.leasehold.state.audit;

import io.leasehold.state.problem.Refusal;
import org.jspecify.annotations.Nullable;

/** Why somebody does what is audited. */
public final class Reason {
    private static final int SHORTEST = 3;

    private Reason() {}

    /** Refuses what says nothing. */
    public static void require(@Nullable String reason) {
        if (reason == null || reason.strip().length() < SHORTEST) {
            throw new Refusal(
                    400, "REASON_MISSING", "Say why, in at least 3 characters: it is audited.");
        }
    }
}
