package io.leasehold.ledger.api;

/**
 * Takes a replay one letter further.
 *
 * @param driver an id of whoever has it in hand, new for each who takes it up
 * @param letGo true does nothing but let others take it up
 */
public record ReplayStepRequest(String driver, boolean letGo) {}
