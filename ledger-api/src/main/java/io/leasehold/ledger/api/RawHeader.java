package io.leasehold.ledger.api;

/** One Kafka header as it came. Names may repeat; the value is sent as Base64 in JSON. */
public record RawHeader(String name, byte[] value) {

    /** Copies nothing: callers hand over the array. */
    public RawHeader {}
}
