package io.leasehold.state.version;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateVersionView;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.tfstate.StackHold;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides whether a stack's state may go back to an older version. Pure. */
final class RollbackDecider {
    private RollbackDecider() {}

    /** What was decided. */
    sealed interface Verdict {
        /** It may go back from the one to the other. */
        record Back(StateVersionView current, StateVersionView target) implements Verdict {}

        /** It may not. */
        record Refuse(Refusal why) implements Verdict {}
    }

    /**
     * @param current the version that is served; null when there is none
     * @param target the version of that number; null when there is none
     */
    static Verdict decide(
            StackRef stack,
            StackHold hold,
            @Nullable StateVersionView current,
            long version,
            @Nullable StateVersionView target) {
        if (target == null || target.deleted() != null) {
            return new Verdict.Refuse(StateLooks.unknown(stack, version));
        }
        if (current == null) {
            return new Verdict.Refuse(StateLooks.none(stack));
        }
        if (target.orphan()) {
            return refuse(
                    "ORPHAN_STATE",
                    "Version %d is an orphan: adopt it instead (leasehold states adopt)"
                            .formatted(version));
        }
        if (target.version() == current.version()) {
            return refuse("STATE_CURRENT", "Version %d is the current one".formatted(version));
        }
        if (!target.lineage().equals(current.lineage())) {
            return refuse(
                    "LINEAGE_MISMATCH",
                    "Version %d has lineage %s, and the state has %s by now: download it and push it"
                                    .formatted(version, target.lineage(), current.lineage())
                            + " (leasehold states push --new-lineage)");
        }
        return hold.refusal(stack)
                .<Verdict>map(Verdict.Refuse::new)
                .orElseGet(() -> new Verdict.Back(current, target));
    }

    /**
     * Why it may not be done although it may go back: things would be forgotten that were not named
     * by their number.
     *
     * @param said how many may be forgotten; null when nothing was said
     */
    static Optional<Refusal> objection(long version, Forgotten forgotten, @Nullable Long said) {
        return forgotten.count() == 0 || Objects.equals(said, forgotten.count())
                ? Optional.empty()
                : Optional.of(
                        new Refusal(
                                409,
                                "STATE_FORGETS",
                                "With version %d on top again:%s Where that is meant, repeat the number: --even-though-it-forgets %d"
                                        .formatted(
                                                version,
                                                forgotten.words("would no longer be"),
                                                forgotten.count())));
    }

    /**
     * The serial that a version on top gets.
     *
     * @param highest of the lineage so far
     * @throws Refusal 409 SERIAL_EXHAUSTED when there is none after it
     */
    static long after(StackRef stack, long highest) {
        if (highest == Long.MAX_VALUE) {
            throw new Refusal(
                    409,
                    "SERIAL_EXHAUSTED",
                    "The state of %s has serial %d, and there is none after it: download the"
                                    .formatted(stack, highest)
                            + " version, give it a new lineage and push it"
                            + " (leasehold states push --new-lineage)");
        }
        return highest + 1;
    }

    private static Verdict refuse(String code, String detail) {
        return new Verdict.Refuse(new Refusal(409, code, detail));
    }
}
