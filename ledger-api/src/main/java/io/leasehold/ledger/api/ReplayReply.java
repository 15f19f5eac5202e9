package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * @param replayId issued by the ledger, honoured once; null in a dry run
 * @param what what was done or would be done, in plain words
 */
public record ReplayReply(boolean executed, @Nullable String replayId, String what) {}
