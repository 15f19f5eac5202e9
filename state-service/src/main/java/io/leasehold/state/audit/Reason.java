package io.leasehold.state.audit;

import io.leasehold.state.problem.Refusal;
import org.jspecify.annotations.Nullable;

/** Why somebody does what is accounted for. */
public final class Reason {
    private static final int SHORTEST = 3;
    private static final int LONGEST = 1000;

    private Reason() {}

    /**
     * The reason without white space around it.
     *
     * @throws Refusal 400 REASON_MISSING when nothing is said; 400 REASON_INVALID when it is too
     *     long, or not a line of text
     */
    public static String required(@Nullable String given) {
        return required(given, SHORTEST);
    }

    /** The same, where more must be said. */
    public static String required(@Nullable String given, int shortest) {
        String reason = given == null ? "" : given.strip();
        if (reason.length() < shortest) {
            throw new Refusal(
                    400,
                    "REASON_MISSING",
                    "Say why, in at least " + shortest + " characters: it is audited.");
        }
        if (reason.length() > LONGEST || reason.chars().anyMatch(Character::isISOControl)) {
            throw new Refusal(
                    400,
                    "REASON_INVALID",
                    "A reason is one line of at most " + LONGEST + " characters.");
        }
        return reason;
    }
}
