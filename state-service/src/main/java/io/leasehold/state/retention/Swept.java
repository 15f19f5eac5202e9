package io.leasehold.state.retention;

import org.jspecify.annotations.Nullable;

/**
 * What a batch did.
 *
 * @param gone how much it let go
 * @param next where the next batch begins; null when the round is over
 */
public record Swept(long gone, @Nullable String next) {}
