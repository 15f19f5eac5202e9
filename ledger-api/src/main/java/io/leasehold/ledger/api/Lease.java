package io.leasehold.ledger.api;

/**
 * A worker's right to a stack.
 *
 * @param leaseId the fence: random, compared for equality
 * @param epoch counts the leases of a stack, for people
 * @param remainingMillis what is left, counted by the worker from when it sent its request
 */
public record Lease(String leaseId, long epoch, long remainingMillis) {}
