package io.leasehold.ledger.api;

/**
 * Asks for one run.
 *
 * @param requestId random; a request that is asked again with the same id gets the same answer
 *     while that lease has not been beaten yet
 * @param waitMillis how long the service may hold the answer when nothing is due, 0 to 30,000
 */
public record ClaimRequest(
        String worker, String bootId, String requestId, Lane lane, long waitMillis) {}
