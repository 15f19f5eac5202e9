package io.leasehold.ledger.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A corrected copy of a refused event, in place of one that was there. The original is kept as it
 * was. Either {@code value} or {@code patch} is given.
 *
 * @param value the whole corrected value
 * @param patch what differs from the original value: a JSON merge patch (RFC 7396), as text
 * @param headers replace the original's when given
 * @param key replaces the original's when given
 */
public record DeadLetterEdit(
        @Nullable String value,
        @Nullable String patch,
        @Nullable List<RawHeader> headers,
        @Nullable String key,
        String reason) {}
