package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * What came of asking for a {@link StateOperation}.
 *
 * @param executed it was asked for; a worker does it next
 * @param what in plain words
 * @param runId the run that does it; null when it was not asked for
 */
public record StateOperationReply(boolean executed, String what, @Nullable String runId) {}
