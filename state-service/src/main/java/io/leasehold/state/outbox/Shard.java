package io.leasehold.state.outbox;

import org.jspecify.annotations.Nullable;

/**
 * One shard and who drains it.
 *
 * @param live whether its lease has time left
 */
public record Shard(
        int number,
        @Nullable String publisher,
        @Nullable String bootId,
        @Nullable String leaseId,
        boolean live) {
    /** Leaves the lease out: it is the right itself. */
    @Override
    public String toString() {
        return "Shard[number=%d, publisher=%s, live=%s]".formatted(number, publisher, live);
    }
}
