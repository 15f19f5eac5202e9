package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * One Kafka header as it came. Names may repeat; the value is sent as Base64 in JSON, and null
 * where the record had null. The array is not copied: callers hand it over.
 */
public record RawHeader(String name, byte @Nullable [] value) {}
