package io.leasehold.ledger.api;

/** The next offset of a partition that has no verdict yet. */
public record Watermark(String topic, int partition, long nextOffset) {}
