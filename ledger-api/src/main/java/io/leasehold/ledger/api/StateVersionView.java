package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * One stored state of a stack.
 *
 * @param kind SEED, RUN, PERSON or ORPHAN
 * @param reason why it is an orphan; null otherwise
 */
public record StateVersionView(
        StackRef stack,
        long version,
        String lineage,
        long serial,
        String md5,
        long bytes,
        String kind,
        @Nullable String runId,
        String writtenBy,
        String writtenAt,
        @Nullable String reason) {}
