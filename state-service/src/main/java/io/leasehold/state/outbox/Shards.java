package io.leasehold.state.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.OutboxRow;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.ShardClaimRequest;
import io.leasehold.ledger.api.ShardLease;
import io.leasehold.state.Ids;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import jakarta.persistence.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Hands the outbox to publishers, shard by shard. A shard has one holder, by a lease compared for
 * equality under the shard's row lock; who lost it gets no rows and cannot mark any.
 */
@ApplicationScoped
class Shards {
    private static final TypeReference<List<RawHeader>> HEADERS = new TypeReference<>() {};

    private final Mutiny.SessionFactory sessions;
    private final Signal added;
    private final OutboxConfig config;
    private final ObjectMapper json;
    private final Ids ids;

    Shards(
            Mutiny.SessionFactory sessions,
            @Named(Startup.OUTBOX) Signal added,
            OutboxConfig config,
            ObjectMapper json,
            Ids ids) {
        this.sessions = sessions;
        this.added = added;
        this.config = config;
        this.json = json;
        this.ids = ids;
    }

    /** Leases shards to a publisher; those it has already keep their lease. */
    Uni<List<ShardLease>> claim(ShardClaimRequest request) {
        return sessions.withTransaction((session, _) ->
                session.createNativeQuery(
                                """
                                select shard, publisher, boot_id, lease_id,
                                       coalesce(lease_until > clock_timestamp(), false) as live
                                from outbox_shard order by shard for update
                                """,
                                Tuple.class)
                        .getResultList()
                        .map(rows -> rows.stream().map(Shards::shard).toList())
                        .map(shards ->
                                ShardDecider.decide(
                                        shards,
                                        request.publisher(),
                                        request.bootId(),
                                        request.atMost()))
                        .chain(grants -> grant(session, request, grants)));
    }

    private Uni<List<ShardLease>> grant(
            Mutiny.Session session, ShardClaimRequest request, List<ShardDecider.Grant> grants) {
        List<ShardLease> leases = new ArrayList<>();
        Uni<Void> all = Uni.createFrom().voidItem();
        for (ShardDecider.Grant grant : grants) {
            String kept = grant.keptLease();
            String lease = kept == null ? ids.secret() : kept;
            leases.add(new ShardLease(grant.shard(), lease, config.lease().toMillis()));
            all = all.chain(() -> write(session, request, grant.shard(), lease));
        }
        return all.replaceWith(leases);
    }

    private Uni<Void> write(
            Mutiny.Session session, ShardClaimRequest request, int shard, String lease) {
        return session.createNativeQuery(
                        """
                        update outbox_shard set publisher = :publisher, boot_id = :boot, lease_id = :lease,
                               lease_until = clock_timestamp() + cast(:ttl as bigint) * interval '1 millisecond'
                        where shard = :shard
                        """)
                .setParameter("publisher", request.publisher())
                .setParameter("boot", request.bootId())
                .setParameter("lease", lease)
                .setParameter("ttl", config.lease().toMillis())
                .setParameter("shard", (short) shard)
                .executeUpdate()
                .replaceWithVoid();
    }

    /**
     * The oldest rows that may go out now, in order, and renews the lease. Waits that long when
     * there are none.
     */
    Uni<List<OutboxRow>> rows(int shard, String lease, int limit, Duration wait) {
        long seen = added.version();
        return sessions.withTransaction((session, _) ->
                        renew(session, shard, lease).chain(() -> pending(session, shard, limit)))
                .chain(rows -> {
                    if (!rows.isEmpty() || !wait.isPositive()) {
                        return Uni.createFrom().item(rows);
                    }
                    Duration pause =
                            wait.compareTo(config.lookAgain()) < 0 ? wait : config.lookAgain();
                    long began = System.nanoTime();
                    return added.await(seen, pause)
                            .chain(() ->
                                    rows(
                                            shard,
                                            lease,
                                            limit,
                                            wait.minusNanos(System.nanoTime() - began)));
                });
    }

    private Uni<Void> renew(Mutiny.Session session, int shard, String lease) {
        return session.createNativeQuery(
                        """
                        update outbox_shard
                        set lease_until = clock_timestamp() + cast(:ttl as bigint) * interval '1 millisecond'
                        where shard = :shard and lease_id = :lease
                        """)
                .setParameter("ttl", config.lease().toMillis())
                .setParameter("shard", (short) shard)
                .setParameter("lease", lease)
                .executeUpdate()
                .invoke(count -> requireHeld(count, shard))
                .replaceWithVoid();
    }

    private Uni<List<OutboxRow>> pending(Mutiny.Session session, int shard, int limit) {
        // Two short index scans: delayed rows lie apart, so that thousands of them cost the poll
        // nothing.
        return session.createNativeQuery(
                        """
                        select id, topic, key, cast(headers as text) as headers, value from (
                            (select * from outbox o where shard = :shard and not_before is null
                                and not exists (select 1 from outbox d where d.not_before > clock_timestamp()
                                                and d.topic = o.topic and d.key = o.key and d.id < o.id)
                             order by id limit :limit)
                            union all
                            (select * from outbox where shard = :shard and not_before <= clock_timestamp()
                             order by not_before, id limit :limit)
                        ) ready order by id limit :limit
                        """,
                        Tuple.class)
                .setParameter("shard", (short) shard)
                .setParameter("limit", limit)
                .getResultList()
                .map(rows -> rows.stream().map(this::row).toList());
    }

    /** Forgets rows that the broker has. Asked again it changes nothing. */
    Uni<Void> published(int shard, String lease, List<Long> published) {
        return sessions.withTransaction((session, _) ->
                renew(session, shard, lease)
                        .chain(() ->
                                session.createNativeQuery(
                                                """
                                                delete from outbox where shard = :shard
                                                and id = any (cast(string_to_array(:ids, ',') as bigint[]))
                                                """)
                                        .setParameter("shard", (short) shard)
                                        .setParameter("ids", joined(published))
                                        .executeUpdate()
                                        .replaceWithVoid()));
    }

    private static String joined(List<Long> ids) {
        return ids.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static void requireHeld(int updated, int shard) {
        if (updated == 0) {
            throw new Refusal(
                    409,
                    "LEASE_LOST",
                    "Shard %d is drained by another publisher now: stop, and ask for shards again"
                            .formatted(shard));
        }
    }

    private static Shard shard(Tuple row) {
        return new Shard(
                ((Number) row.get("shard")).intValue(),
                row.get("publisher", String.class),
                row.get("boot_id", String.class),
                row.get("lease_id", String.class),
                row.get("live", Boolean.class));
    }

    private OutboxRow row(Tuple row) {
        try {
            return new OutboxRow(
                    ((Number) row.get("id")).longValue(),
                    row.get("topic", String.class),
                    row.get("key", byte[].class),
                    json.readValue(row.get("headers", String.class), HEADERS),
                    row.get("value", byte[].class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("headers of an outbox row cannot be read", e);
        }
    }
}
