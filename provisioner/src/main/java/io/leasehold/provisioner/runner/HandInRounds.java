package io.leasehold.provisioner.runner;

/**
 * What is done in which round of handing in what was left, of which there is one each second. Pure;
 * for one thread.
 */
final class HandInRounds {

    /** What failed, and what nobody waits for, is looked at once in so many rounds. */
    static final int EACH = 15;

    private int round;
    private boolean wasAway;

    /** Whether this round tries also what failed before. */
    boolean again() {
        return round % EACH == 0;
    }

    /**
     * This round has handed in what it could.
     *
     * @param away whether a state waits for the service: it may still take everything else
     * @return whether kept outcomes are told now, too
     */
    boolean over(boolean away) {
        boolean tells = again() || (wasAway && !away);
        wasAway = away;
        round++;
        return tells;
    }
}
