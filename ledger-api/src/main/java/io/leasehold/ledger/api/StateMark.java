package io.leasehold.ledger.api;

/**
 * What an operator did with a state version.
 *
 * @param what DELETED; for an orphan ADOPTED or DISMISSED
 * @param reason in the operator's words
 */
public record StateMark(String what, String by, String at, String reason) {}
