package io.leasehold.ledger.api;

/** A publisher asks for outbox shards nobody drains, or that it drains already. */
public record ShardClaimRequest(String publisher, String bootId, int atMost) {}
