package io.leasehold.ledger.api;

/**
 * What an operator did with a state version, or the ledger with an orphan.
 *
 * @param what DELETED; for an orphan ADOPTED or DISMISSED
 * @param by the operator, or {@code ledger}
 * @param reason in the operator's words, or what was proven
 */
public record StateMark(String what, String by, String at, String reason) {}
