package io.leasehold.state.tenant;

/** Decides what it means to abandon a life. Pure. */
final class AbandonDecider {

    private AbandonDecider() {}

    /** What becomes of the life. */
    enum Verdict {
        /** It never began: it is forgotten, and its number is free again. */
        REMOVED,
        /** What it has is let go as it stands, so that the next life can begin. */
        LET_GO,
        /** It holds nobody up. */
        NOTHING
    }

    /**
     * @param gone nothing is left of it
     * @param olderAlive an older life is not gone
     * @param newerAlive a newer life is not gone
     */
    static Verdict decide(boolean gone, boolean olderAlive, boolean newerAlive) {
        if (gone) {
            return Verdict.NOTHING;
        }
        if (olderAlive) {
            return Verdict.REMOVED;
        }
        return newerAlive ? Verdict.LET_GO : Verdict.NOTHING;
    }
}
