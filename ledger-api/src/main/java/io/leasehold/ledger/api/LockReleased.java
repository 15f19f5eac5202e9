package io.leasehold.ledger.api;

/**
 * A lock that was taken from its holder.
 *
 * @param holder LEASE or PERSON
 * @param id of the lock, or of the run
 * @param freeInMillis until the next run may take the stack; 0 for at once
 * @param what was done, in plain words
 */
public record LockReleased(String holder, String id, long freeInMillis, String what) {}
