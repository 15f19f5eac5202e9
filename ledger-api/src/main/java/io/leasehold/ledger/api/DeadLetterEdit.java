package io.leasehold.ledger.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A corrected copy of a refused event. The original is kept as it was.
 *
 * @param value the whole corrected value
 * @param headers replace the original's when given
 * @param key replaces the original's when given
 */
public record DeadLetterEdit(
        String value, @Nullable List<RawHeader> headers, @Nullable String key, String reason) {}
