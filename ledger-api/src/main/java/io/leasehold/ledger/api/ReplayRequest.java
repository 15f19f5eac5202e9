package io.leasehold.ledger.api;

/**
 * @param execute false only says what would happen
 * @param reason why, for the audit; at least 3 characters when executing
 * @param force true passes the guards that ask for it
 */
public record ReplayRequest(boolean execute, String reason, boolean force) {}
