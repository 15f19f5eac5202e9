package io.leasehold.ledger.api;

/**
 * Asks a run to stop. Its worker hears of it at the next heartbeat and lets tofu save its state.
 *
 * @param reason why, for the audit and for who looks at it
 */
public record CancelRequest(String reason) {}
