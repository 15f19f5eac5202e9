package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * Who holds a stack: a run by its lease, or a person by a state lock.
 *
 * @param holder LEASE or PERSON
 * @param id of the person's lock; of the run for a lease, whose own id is the right itself
 * @param who the worker, or the person's name in the tokens file
 * @param epoch counts the stack's leases; 0 for a person
 * @param lastBeat null until the first heartbeat, and for a person
 * @param alive whether the lease is live in service time; true for a person, of whom nobody can
 *     tell
 * @param doing the run's phase, or what the person's tofu said that it does, and as whom
 * @param released an operator took the lease away; it keeps others off until it would have ended
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
        boolean alive,
        @Nullable String doing,
        boolean released) {}
