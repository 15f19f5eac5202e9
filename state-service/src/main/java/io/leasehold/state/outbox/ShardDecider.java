package io.leasehold.state.outbox;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Decides which shards a publisher gets. Pure. */
public final class ShardDecider {
    private ShardDecider() {}

    /**
     * What a publisher that asks gets: first what this very process has, with the lease it knows;
     * then what an older boot of the same name had, whose process is gone; then what nobody drains.
     */
    public static List<Grant> decide(
            List<Shard> shards, String publisher, String bootId, int atMost) {
        Map<Standing, List<Shard>> standings =
                shards.stream().collect(Collectors.groupingBy(each -> of(each, publisher, bootId)));
        return Stream.of(Standing.OWN, Standing.OLDER_BOOT, Standing.FREE)
                .flatMap(standing ->
                        standings.getOrDefault(standing, List.of()).stream()
                                .sorted(Comparator.comparingInt(Shard::number))
                                .map(shard -> grant(shard, standing)))
                .limit(Math.max(0, atMost))
                .toList();
    }

    private static Grant grant(Shard shard, Standing standing) {
        return new Grant(shard.number(), standing == Standing.OWN ? shard.leaseId() : null);
    }

    private static Standing of(Shard shard, String publisher, String bootId) {
        if (shard.leaseId() == null) {
            return Standing.FREE;
        }
        if (publisher.equals(shard.publisher())) {
            return bootId.equals(shard.bootId()) ? Standing.OWN : Standing.OLDER_BOOT;
        }
        return shard.live() ? Standing.TAKEN : Standing.FREE;
    }

    /** How a shard stands to who asks. */
    private enum Standing {
        OWN,
        OLDER_BOOT,
        FREE,
        TAKEN
    }

    /**
     * @param keptLease the lease the publisher has already; null when it gets a new one
     */
    public record Grant(int shard, @Nullable String keptLease) {}
}
