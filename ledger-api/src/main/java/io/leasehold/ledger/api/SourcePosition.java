package io.leasehold.ledger.api;

/** Where a record stood in the input: the origin that a verdict and a dead letter refer to. */
public record SourcePosition(String topic, int partition, long offset) {}
