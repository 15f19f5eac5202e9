package io.leasehold.ledger.api;

/**
 * What came of an operator's repair.
 *
 * @param executed false where nothing was done: a dry run, or nothing to do
 * @param what what was done or would be done, in plain words
 */
public record RepairReply(boolean executed, String what) {}
