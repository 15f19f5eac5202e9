package io.leasehold.state.breaker;

import java.time.Duration;

/** Decides what becomes of a breaker. Pure; safe to share. */
final class BreakerDecider {

    private BreakerDecider() {}

    /** Where a breaker is. */
    enum Phase {
        /** Nothing is held. */
        CLOSED,
        /** What it covers is held until its wait is over. */
        OPEN,
        /** One run tries; the others are held. */
        HALF_OPEN
    }

    /** What follows. */
    enum Verdict {
        /** Nothing. */
        NOTHING,
        /** The run that failed spends nothing and waits. */
        HOLD,
        /** It opens; the run that failed waits like the others. */
        OPEN,
        /** It opens for twice as long; the run that tried waits like the others. */
        REOPEN,
        /** One of the held runs is to try. */
        PROBE,
        /** It closes, and lets all go. */
        CLOSE
    }

    /** From when on it opens. */
    record Limits(int failures, int tenants) {}

    /**
     * Failures that are alike, within the window, the one that has just come among them.
     *
     * @param successes runs of the same that ended well since the oldest of the last {@code
     *     Limits.failures()} failures
     */
    record Alike(int failures, int tenants, int successes) {}

    /** Where the run is that was to try. */
    enum Probe {
        /** At work, or about to be. */
        AWAITED,
        SUCCEEDED,
        /** It failed, in whatever way. */
        FAILED,
        /** It ended without an answer, or cannot begin. */
        GONE
    }

    /**
     * A run failed.
     *
     * @param probing it is the one that was to try
     */
    static Verdict failed(Phase phase, boolean probing, Alike alike, Limits limits) {
        return switch (phase) {
            case CLOSED -> opens(alike, limits) ? Verdict.OPEN : Verdict.NOTHING;
            case OPEN -> Verdict.HOLD;
            case HALF_OPEN -> probing ? Verdict.REOPEN : Verdict.HOLD;
        };
    }

    /**
     * Where as many end well as fail, the failures are those tenants' own, however many there are
     * in a large fleet. Between so many failures there is one gap less for a success.
     */
    private static boolean opens(Alike alike, Limits limits) {
        return alike.failures() >= limits.failures()
                && alike.tenants() >= limits.tenants()
                && alike.successes() < limits.failures() - 1;
    }

    /**
     * Time went by.
     *
     * @param over its wait is over
     * @param waiting something that it holds could try; with nothing it closes, and opens again
     *     when more fails
     */
    static Verdict looked(Phase phase, boolean over, boolean waiting, Probe probe) {
        return switch (phase) {
            case CLOSED -> Verdict.NOTHING;
            case OPEN -> over ? next(waiting) : Verdict.NOTHING;
            case HALF_OPEN ->
                    switch (probe) {
                        case AWAITED -> Verdict.NOTHING;
                        case SUCCEEDED -> Verdict.CLOSE;
                        case FAILED -> Verdict.REOPEN;
                        case GONE -> next(waiting);
                    };
        };
    }

    private static Verdict next(boolean waiting) {
        return waiting ? Verdict.PROBE : Verdict.CLOSE;
    }

    /** The wait after one that was in vain. */
    static Duration doubled(Duration wait, Duration longest) {
        Duration twice = wait.multipliedBy(2);
        return twice.compareTo(longest) > 0 ? longest : twice;
    }
}
