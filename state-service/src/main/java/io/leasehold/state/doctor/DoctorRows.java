package io.leasehold.state.doctor;

import io.leasehold.state.lease.LeaseConfig;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** The statements that look at what goes on. Each is short: by an index, or of a small table. */
@ApplicationScoped
class DoctorRows {
    /** So many of a kind are looked at, at most. */
    static final int MOST = 20;

    private final DoctorConfig config;
    private final LeaseConfig leases;

    DoctorRows(DoctorConfig config, LeaseConfig leases) {
        this.config = config;
        this.leases = leases;
    }

    /** The database's clock, and its size. */
    record Basics(Instant clock, long bytes) {}

    Uni<Basics> basics(Mutiny.Session session) {
        return session.createNativeQuery(
                        """
                        select cast(extract(epoch from clock_timestamp()) * 1000 as bigint) as millis,
                               pg_database_size(current_database()) as bytes
                        """,
                        Tuple.class)
                .getSingleResult()
                .map(row ->
                        new Basics(
                                Instant.ofEpochMilli(row.get("millis", Long.class)),
                                row.get("bytes", Long.class)));
    }

    Uni<Duration> pulse(Mutiny.Session session) {
        return session.createNativeQuery(
                        """
                        select cast(extract(epoch from clock_timestamp() - beaten_at) * 1000 as bigint) from pulse
                        """,
                        Long.class)
                .getSingleResult()
                .map(Duration::ofMillis);
    }

    Uni<List<Facts.Since>> leases(Mutiny.Session session) {
        return since(
                session,
                """
                select tenant_id || '/' || incarnation || '/' || stack as name, coalesce(lease_worker, '?') as who,
                       cast(extract(epoch from clock_timestamp() - lease_until) * 1000 as bigint) as millis
                from stack
                where lease_id is not null and lease_until < clock_timestamp()
                    - cast(:longest as bigint) * interval '1 millisecond'
                order by lease_until limit :most
                """,
                leases.grace().plus(config.lease()));
    }

    Uni<List<Facts.Since>> personsLocks(Mutiny.Session session) {
        return since(
                session,
                """
                select tenant_id || '/' || incarnation || '/' || stack as name,
                       holder || ', id ' || lock_id as who,
                       cast(extract(epoch from clock_timestamp() - since) * 1000 as bigint) as millis
                from state_lock
                where since < clock_timestamp() - cast(:longest as bigint) * interval '1 millisecond'
                order by since limit :most
                """,
                config.personsLock());
    }

    /**
     * The one that was seen last, then those that are silent, those for the longest last. A run's
     * beat is its worker's, too.
     */
    Uni<List<Facts.Since>> workers(Mutiny.Session session) {
        return since(
                session,
                """
                with seen as materialized (
                    select w.name, 'boot ' || w.boot_id as who,
                           cast(extract(epoch from clock_timestamp() - greatest(w.last_seen,
                               (select max(s.lease_beaten_at) from stack s where s.lease_worker = w.name
                                    and s.lease_id is not null))) * 1000 as bigint) as millis
                    from worker w)
                (select * from seen order by millis limit 1)
                union
                (select * from seen where millis > cast(:longest as bigint) order by millis limit :most)
                order by millis
                """,
                config.worker());
    }

    private static Uni<List<Facts.Since>> since(
            Mutiny.Session session, String sql, Duration longest) {
        return since(
                session.createNativeQuery(sql, Tuple.class)
                        .setParameter("longest", longest.toMillis()));
    }

    private static Uni<List<Facts.Since>> since(Mutiny.SelectionQuery<Tuple> query) {
        return query.setParameter("most", MOST)
                .getResultList()
                .map(rows ->
                        rows.stream()
                                .map(row ->
                                        new Facts.Since(
                                                row.get("name", String.class),
                                                row.get("who", String.class),
                                                Duration.ofMillis(row.get("millis", Long.class))))
                                .toList());
    }

    /**
     * Shards that have rows which may go out now, and the first ones beyond them that have rows.
     */
    Uni<List<Facts.Shard>> shards(Mutiny.Session session) {
        return session.createNativeQuery(
                        """
                        with last as (select coalesce(max(shard), -1) as shard from outbox_shard), s as (
                            select shard, true as known,
                                   case when lease_until > clock_timestamp() then publisher end as publisher
                            from outbox_shard
                            union all
                            select shard, false, null from (
                                (select shard from outbox where not_before is null
                                     and shard > (select shard from last) order by shard limit 1)
                                union
                                (select shard from outbox where not_before is not null
                                     and shard > (select shard from last) order by shard limit 1)) beyond)
                        select s.shard, s.known, s.publisher, cast(coalesce(
                                   extract(epoch from clock_timestamp() - o.since) * 1000, 0) as bigint) as millis
                        from s cross join lateral (select min(since) as since from (
                            (select created_at as since from outbox where shard = s.shard and not_before is null
                             order by id limit 1)
                            union all
                            (select not_before from outbox where shard = s.shard and not_before <= clock_timestamp()
                             order by not_before limit 1)) oldest) o
                        where o.since is not null or not s.known order by s.shard
                        """,
                        Tuple.class)
                .getResultList()
                .map(rows ->
                        rows.stream()
                                .map(row ->
                                        new Facts.Shard(
                                                ((Number) row.get("shard")).intValue(),
                                                row.get("known", Boolean.class),
                                                row.get("publisher", String.class),
                                                Duration.ofMillis(row.get("millis", Long.class))))
                                .toList());
    }

    /**
     * Breakers that are not closed, the newest first, since when, and how many stacks each holds.
     */
    Uni<List<Facts.Since>> breakers(Mutiny.Session session) {
        return since(
                session.createNativeQuery(
                        """
                        select b.breaker_id || ', ' || b.code as name,
                            (select count(*) from stack s where s.hold_code = 'BREAKER' and s.hold_by = b.breaker_id)
                                || ' stacks held' as who,
                            cast(extract(epoch from clock_timestamp() - b.opened_at) * 1000 as bigint) as millis
                        from breaker b where b.phase <> 'CLOSED' order by b.opened_at desc limit :most
                        """,
                        Tuple.class));
    }

    Uni<List<String>> holds(Mutiny.Session session) {
        return session.createNativeQuery(
                        """
                        select tenant_id || '/' || incarnation || '/' || stack || ' (' || hold_code || ' by '
                            || coalesce(hold_by, '?') || ')'
                        from stack where hold_code is not null and hold_until is null and hold_code <> 'BREAKER'
                        order by tenant_id, incarnation, stack limit :most
                        """,
                        String.class)
                .setParameter("most", MOST)
                .getResultList();
    }

    Uni<List<Facts.Since>> letters(Mutiny.Session session) {
        return since(
                session.createNativeQuery(
                        """
                        select id as name, kind as who,
                               cast(extract(epoch from clock_timestamp() - at) * 1000 as bigint) as millis
                        from dead_letter where status = 'OPEN' order by id limit :most
                        """,
                        Tuple.class));
    }

    /** By their open letters, which every stack that failed for good has. */
    Uni<List<String>> failed(Mutiny.Session session) {
        return session.createNativeQuery(
                        """
                        select s.tenant_id || '/' || s.incarnation || '/' || s.stack || ' ('
                            || coalesce(s.failed_code, '?') || ')'
                        from dead_letter d join stack s on s.tenant_id = d.tenant_id
                            and s.incarnation = d.incarnation and s.stack = d.stack and s.revision = d.revision
                        where d.status = 'OPEN' and d.kind = 'RUN'
                            and s.failed_revision = s.revision and s.applied_revision <> s.revision
                        order by d.tenant_id, d.incarnation, d.stack limit :most
                        """,
                        String.class)
                .setParameter("most", MOST)
                .getResultList();
    }

    Uni<Boolean> rest(Mutiny.Session session, String table) {
        return session.createNativeQuery(
                        "select exists (select 1 from " + table + "_rest)", Boolean.class)
                .getSingleResult();
    }

    /** The ids of master keys that wrap some data key, by steps through the index. */
    Uni<List<String>> wrapping(Mutiny.Session session) {
        return session.createNativeQuery(
                        """
                        with recursive wrapping as (
                            (select master_key_id from data_key where deleted_at is null
                             order by master_key_id limit 1)
                            union all
                            select (select d.master_key_id from data_key d
                                    where d.deleted_at is null and d.master_key_id > w.master_key_id
                                    order by d.master_key_id limit 1)
                            from wrapping w where w.master_key_id is not null)
                        select master_key_id from wrapping where master_key_id is not null
                        """,
                        String.class)
                .getResultList();
    }

    Uni<Boolean> rotating(Mutiny.Session session) {
        return session.createNativeQuery(
                        "select exists (select 1 from key_rotation where done_at is null)",
                        Boolean.class)
                .getSingleResult();
    }
}
