package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * What a step did.
 *
 * @param did the letter whose turn it was; null when none's was
 * @param waits what is waited for, in plain words; null when nothing is
 */
public record ReplayStep(ReplayView replay, @Nullable ReplayItemView did, @Nullable String waits) {}
