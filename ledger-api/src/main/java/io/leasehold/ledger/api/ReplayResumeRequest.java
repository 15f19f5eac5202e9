package io.leasehold.ledger.api;

/**
 * Lets a replay go on that stopped.
 *
 * @param representative false lets the others go without one that has gone well
 */
public record ReplayResumeRequest(boolean representative) {}
