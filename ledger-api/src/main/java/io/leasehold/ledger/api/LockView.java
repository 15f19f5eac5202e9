package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * Who holds a stack: a run by its lease, or a person by a state lock.
 *
 * @param holder LEASE or PERSON
 * @param alive whether the lease is still live in service time; true for a person
 */
public record LockView(
        StackRef stack,
        String holder,
        String id,
        String who,
        @Nullable String runId,
        long epoch,
        String since,
        @Nullable String lastBeat,
        boolean alive) {}
