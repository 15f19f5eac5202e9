package io.leasehold.state.lease;

/**
 * What a lease is worth at an instant of service time. Pure.
 *
 * <p>An expired lease is not given back to its holder even before somebody else takes the stack:
 * the holder has closed its doors at that same instant by its own clock.
 */
public enum LeaseVerdict {
    /** The holder may go on. */
    LIVE,
    /** Expired, or somebody else's: the holder must stop. */
    LOST,
    /**
     * Looks expired, but the pulse is stale: service time stood still, so beat it and look again.
     */
    UNSURE;

    /**
     * Judges one lease.
     *
     * @param held the stack's lease is the one that is asked for
     * @param remainingMillis until it ends by the database's clock; negative when past
     * @param pulseAgeMillis since the pulse was beaten
     * @param longestGapMillis how old a pulse may be before it tells of an outage
     */
    public static LeaseVerdict of(
            boolean held, long remainingMillis, long pulseAgeMillis, long longestGapMillis) {
        if (!held) {
            return LOST;
        }
        if (remainingMillis > 0) {
            return LIVE;
        }
        return pulseAgeMillis > longestGapMillis ? UNSURE : LOST;
    }
}
