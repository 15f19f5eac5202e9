package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant: those that all of this holds of. What is null excludes none.
 *
 * @param since failed at this time or later; ISO 8601 with Z
 */
public record LetterWhere(
        @Nullable String tenant,
        @Nullable String code,
        @Nullable String kind,
        @Nullable String since,
        @Nullable String fingerprint) {}
