package io.leasehold.state.orphan;

import io.leasehold.ledger.api.StateVersionView;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.tfstate.StackHold;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an orphan may become the newest version. Pure.
 *
 * <p>Lineage and serial must fit as for any write. They do not tell whether somebody else wrote in
 * between: two runs that began at the same state count the same serials. So the state must also be
 * still the one that the orphan's run knew.
 */
final class AdoptionDecider {
    private AdoptionDecider() {}

    /** What was decided. */
    sealed interface Verdict {
        /** It comes on top. */
        record Adopt() implements Verdict {}

        /** Its bytes are those of the current version: there is nothing to take over. */
        record Same(long current) implements Verdict {}

        /** It may not. */
        record Refuse(Refusal why) implements Verdict {}
    }

    /**
     * @param orphan an open one
     * @param current the version that is served; null when there is none
     * @param base the newest version that the orphan's run knew; null when its run is not known
     */
    static Verdict decide(
            StackHold hold,
            StateVersionView orphan,
            @Nullable StateVersionView current,
            @Nullable Long base) {
        Refusal held = hold.refusal(orphan.stack()).orElse(null);
        if (held != null) {
            return new Verdict.Refuse(held);
        }
        if (current == null) {
            return new Verdict.Adopt();
        }
        if (!orphan.lineage().equals(current.lineage())) {
            return refuse(
                    "LINEAGE_MISMATCH",
                    "The orphan has lineage %s, the state has %s: it is the state of something else"
                            .formatted(orphan.lineage(), current.lineage()));
        }
        if (orphan.md5().equals(current.md5())) {
            return new Verdict.Same(current.version());
        }
        if (orphan.serial() < current.serial()) {
            return refuse(
                    "SERIAL_BEHIND",
                    "The state has serial %d by now, the orphan %d"
                            .formatted(current.serial(), orphan.serial()));
        }
        boolean unchanged =
                base == null
                        ? orphan.version() > current.version() && orphan.serial() > current.serial()
                        : base == current.version();
        return unchanged
                ? new Verdict.Adopt()
                : refuse(
                        "STATE_MOVED_ON",
                        "Version %d was written by %s since, and would be lost"
                                .formatted(current.version(), current.writtenBy()));
    }

    private static Verdict refuse(String code, String why) {
        return new Verdict.Refuse(
                new Refusal(
                        409,
                        code,
                        why
                                + ". Compare the two (leasehold states diff), bring what is missing in"
                                + " with tofu import or tofu state push, and dismiss the orphan"));
    }
}
