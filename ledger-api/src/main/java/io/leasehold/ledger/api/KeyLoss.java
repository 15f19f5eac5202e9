package io.leasehold.ledger.api;

/**
 * What is unreadable for ever once a data key is deleted.
 *
 * @param stateVersions versions of states, orphans among them
 * @param inputs of revisions and of what was applied
 */
public record KeyLoss(long stateVersions, long inputs, long logLines, long deadLetters) {}
