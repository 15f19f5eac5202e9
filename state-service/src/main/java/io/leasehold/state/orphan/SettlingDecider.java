package io.leasehold.state.orphan;

import io.leasehold.ledger.api.StateVersionView;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of an orphan without a person, by what can be proven and nothing else. Pure.
 *
 * <p>It is of no use when the same run has written something later that was served, or when what is
 * served is the very same and comes of the same run or of a person: the same bytes of another run
 * may tell of other things, for ids are often names. It is the state that the next run must see
 * when nobody has written since its run did, and no other run may have made things of its own. All
 * else is for a person, with advice by what the states own.
 */
final class SettlingDecider {
    private SettlingDecider() {}

    /** What is to be done. */
    sealed interface Verdict {
        /** It is of no use. */
        record Dismiss(String why) implements Verdict {}

        /** It comes on top, as when a person adopts it. */
        record Adopt(String why) implements Verdict {}

        /** It must be held against what other states own. */
        record Compare(@Nullable String notAdopted) implements Verdict {}

        /** It stays open. */
        record Stay(Finding finding) implements Verdict {}
    }

    /**
     * @param current the version that is served; null when there is none
     */
    static Verdict decide(
            StateVersionView orphan, @Nullable StateVersionView current, Circumstances known) {
        if (known.later() != null) {
            return new Verdict.Dismiss(
                    "version %d is what the same run wrote later".formatted(known.later()));
        }
        if (current != null && same(orphan, current) && vouched(known, current)) {
            return new Verdict.Dismiss(
                    "version %d, which is served, is the very same".formatted(current.version()));
        }
        return current != null && succeeds(known, orphan, current)
                ? successor(known, current)
                : new Verdict.Compare(null);
    }

    private static boolean same(StateVersionView orphan, StateVersionView current) {
        return orphan.md5().equals(current.md5())
                && orphan.bytes() == current.bytes()
                && orphan.serial() == current.serial()
                && orphan.lineage().equals(current.lineage());
    }

    private static boolean vouched(Circumstances known, StateVersionView current) {
        return known.own() || current.kind().equals("PERSON");
    }

    /** Nobody has written since the orphan's run had the right to, and it went on from there. */
    private static boolean succeeds(
            Circumstances known, StateVersionView orphan, StateVersionView current) {
        Long base = known.base();
        return base != null
                && base == current.version()
                && known.managed()
                && !known.destroyed()
                && orphan.lineage().equals(current.lineage())
                && (orphan.serial() > current.serial()
                        || (orphan.serial() == current.serial()
                                && handedInLater(known, orphan, current)));
    }

    /**
     * Of equal serials only that order is known: between two orphans of one run. What it wrote
     * while it had the right to may have overtaken what came of it as an orphan.
     */
    private static boolean handedInLater(
            Circumstances known, StateVersionView orphan, StateVersionView current) {
        Long copied = current.copyOf();
        return known.own() && copied != null && copied < orphan.version();
    }

    private static Verdict successor(Circumstances known, StateVersionView current) {
        if (known.newer() != null) {
            // A run that came in between would see less than is known.
            return new Verdict.Compare(
                    "orphan %d is what the same run wrote later and is open too"
                            .formatted(known.newer()));
        }
        if (known.lostRun() != null) {
            return new Verdict.Compare(
                    "run %s came after and was not seen to its end either"
                            .formatted(known.lostRun()));
        }
        if (known.rival() != null) {
            return new Verdict.Compare(
                    "orphan %d is of another run and is open too".formatted(known.rival()));
        }
        return known.held()
                ? new Verdict.Stay(Finding.waiting())
                : new Verdict.Adopt(
                        "nobody has written since version %d, upon which its run worked"
                                .formatted(current.version()));
    }
}
