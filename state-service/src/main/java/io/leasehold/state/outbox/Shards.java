package io.leasehold.state.outbox;

import io.leasehold.ledger.api.OutboxRow;
import io.leasehold.ledger.api.ShardClaimRequest;
import io.leasehold.ledger.api.ShardLease;
import io.leasehold.state.Ids;
import io.leasehold.state.Signal;
import io.leasehold.state.Uncancelled;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
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
    private final Mutiny.SessionFactory sessions;
    private final OutboxSignal signal;
    private final OutboxConfig config;
    private final SealedRecords records;
    private final Ids ids;

    Shards(
            Mutiny.SessionFactory sessions,
            OutboxSignal signal,
            OutboxConfig config,
            SealedRecords records,
            Ids ids) {
        this.sessions = sessions;
        this.signal = signal;
        this.config = config;
        this.records = records;
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

    /** What a publisher asks about: its shard, by which right, and how much at most. */
    record Poll(int shard, String lease, int limit) {}

    /** The rows there are, and whether the lease has been used up for a good part. */
    private record Look(List<OutboxRow> rows, boolean worn) {}

    /**
     * The oldest rows that may go out now, in order. Waits that long when there are none. Asking
     * keeps the shard: the lease is renewed when half of it is gone.
     */
    Uni<List<OutboxRow>> rows(Poll poll, Duration wait) {
        Signal added = signal.of(poll.shard());
        long seen = added.version();
        return Uncancelled.of(sessions.withSession(session -> look(session, poll)))
                .call(look -> look.worn() ? renew(poll) : Uni.createFrom().voidItem())
                .chain(look -> {
                    if (!look.rows().isEmpty() || !wait.isPositive()) {
                        return Uni.createFrom().item(look.rows());
                    }
                    Duration pause =
                            wait.compareTo(config.lookAgain()) < 0 ? wait : config.lookAgain();
                    long began = System.nanoTime();
                    return added.await(seen, pause)
                            .chain(() -> rows(poll, wait.minusNanos(System.nanoTime() - began)));
                });
    }

    /**
     * One statement, outside of any transaction: it locks and writes nothing. What it gives to
     * somebody who is losing the shard at this moment is fenced by the broker.
     */
    private Uni<Look> look(Mutiny.Session session, Poll poll) {
        // Two short index scans: delayed rows lie apart, so that thousands of them cost the poll
        // nothing.
        return session.createNativeQuery(
                        """
                        select s.lease_until < clock_timestamp()
                                   + cast(:ttl as bigint) * interval '0.5 millisecond' as worn,
                               r.id, r.topic, r.key, cast(r.headers as text) as headers, r.value, r.sealed
                        from outbox_shard s left join lateral (
                            select * from (
                                (select * from outbox o where o.shard = s.shard and not_before is null
                                    and not exists (select 1 from outbox d where d.not_before > clock_timestamp()
                                                    and d.topic = o.topic and d.key = o.key and d.id < o.id)
                                 order by id limit :limit)
                                union all
                                (select * from outbox o where o.shard = s.shard and not_before <= clock_timestamp()
                                 order by not_before, id limit :limit)
                            ) ready order by id limit :limit
                        ) r on true
                        where s.shard = :shard and s.lease_id = :lease
                        order by r.id
                        """,
                        Tuple.class)
                .setParameter("ttl", config.lease().toMillis())
                .setParameter("shard", (short) poll.shard())
                .setParameter("lease", poll.lease())
                .setParameter("limit", poll.limit())
                .getResultList()
                .invoke(rows -> requireHeld(rows.size(), poll.shard()))
                .chain(rows ->
                        records.rows(
                                        session,
                                        rows.stream().filter(row -> row.get("id") != null).toList())
                                .map(sent ->
                                        new Look(
                                                sent, rows.getFirst().get("worn", Boolean.class))));
    }

    /** Forgets rows that the broker has. Asked again it changes nothing. */
    Uni<Void> published(Poll poll, List<Long> published) {
        if (published.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return Uncancelled.of(
                sessions.withTransaction((session, _) ->
                        renew(session, poll).chain(() -> forget(session, poll, published))));
    }

    private static Uni<Void> forget(Mutiny.Session session, Poll poll, List<Long> published) {
        return session.createNativeQuery(
                        """
                        delete from outbox where shard = :shard
                        and id = any (cast(string_to_array(:ids, ',') as bigint[]))
                        """)
                .setParameter("shard", (short) poll.shard())
                .setParameter("ids", joined(published))
                .executeUpdate()
                .replaceWithVoid();
    }

    private Uni<Void> renew(Poll poll) {
        return Uncancelled.of(sessions.withTransaction((session, _) -> renew(session, poll)));
    }

    private Uni<Void> renew(Mutiny.Session session, Poll poll) {
        return session.createNativeQuery(
                        """
                        update outbox_shard
                        set lease_until = clock_timestamp() + cast(:ttl as bigint) * interval '1 millisecond'
                        where shard = :shard and lease_id = :lease
                        """)
                .setParameter("ttl", config.lease().toMillis())
                .setParameter("shard", (short) poll.shard())
                .setParameter("lease", poll.lease())
                .executeUpdate()
                .invoke(count -> requireHeld(count, poll.shard()))
                .replaceWithVoid();
    }

    private static String joined(List<Long> ids) {
        return ids.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static void requireHeld(int found, int shard) {
        if (found == 0) {
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
}
