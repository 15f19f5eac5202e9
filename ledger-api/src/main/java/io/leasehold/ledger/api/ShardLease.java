package io.leasehold.ledger.api;

/**
 * The right to drain one shard. The holder initialises the shard's transactional id before it reads
 * what is pending.
 */
public record ShardLease(int shard, String leaseId, long remainingMillis) {

    /** The transactional id of every publisher of this shard: the broker fences the older one. */
    public String transactionalId() {
        return "leasehold-outbox-" + shard;
    }
}
