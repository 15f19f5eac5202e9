package io.leasehold.chaos;

import java.util.Comparator;

/**
 * What an event wants for a tenant.
 *
 * @param mark what its roles should be marked with; 0 when the life should be gone
 */
record Wish(String tenant, long incarnation, long generation, long mark) {
    /** The later of two wishes is the one that counts in the end. */
    static final Comparator<Wish> BY_AGE =
            Comparator.comparingLong(Wish::incarnation).thenComparingLong(Wish::generation);

    Life life() {
        return new Life(tenant, incarnation);
    }

    boolean gone() {
        return mark == 0;
    }
}
