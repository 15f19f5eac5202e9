package io.leasehold.ledger.api;

/**
 * @param what what was done or would be done, in plain words
 */
public record KeyDeletionReply(boolean executed, String keyId, KeyLoss loss, String what) {}
