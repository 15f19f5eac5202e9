package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.source.Place;
import io.leasehold.state.stack.LifeRef;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The rows of dead letters and replays. Safe to share. */
@ApplicationScoped
public class LetterRows {

    Uni<Void> insert(
            Mutiny.Session session,
            String id,
            RefusedEvent event,
            byte @Nullable [] sealed,
            Replayed before) {
        Place origin = Place.of(event.raw().position());
        Place place = before.place();
        return session.createNativeQuery(
                        """
                        insert into dead_letter (id, kind, status, tenant_id, incarnation, generation, topic,
                            topic_id, partition_no, offset_no, event_id, event_type, code, reason, raw, replays,
                            place_topic_id, place_partition, place_offset, at)
                        values (:id, 'EVENT', 'OPEN', cast(:tenant as text), cast(:incarnation as int),
                            cast(:generation as bigint), :topic, :topicId, :partition, :offset,
                            cast(:event as text), cast(:type as text), :code, :reason, cast(:raw as bytea), :replays,
                            cast(:placeTopicId as text), cast(:placePartition as int), cast(:placeOffset as bigint),
                            clock_timestamp())
                        """)
                .setParameter("id", id)
                .setParameter("tenant", event.tenantId())
                .setParameter("incarnation", event.incarnation())
                .setParameter("generation", event.generation())
                .setParameter("topic", origin.topic())
                .setParameter("topicId", origin.topicId())
                .setParameter("partition", origin.partition())
                .setParameter("offset", origin.offset())
                .setParameter("event", event.eventId())
                .setParameter("type", event.eventType())
                .setParameter("code", event.code())
                .setParameter("reason", event.reason())
                .setParameter("raw", sealed)
                .setParameter("replays", before.replays())
                .setParameter("placeTopicId", place == null ? null : place.topicId())
                .setParameter("placePartition", place == null ? null : place.partition())
                .setParameter("placeOffset", place == null ? null : place.offset())
                .executeUpdate()
                .replaceWithVoid();
    }

    Uni<Void> insert(Mutiny.Session session, String id, FailedRun run, int replays) {
        return session.createNativeQuery(
                        """
                        insert into dead_letter (id, kind, status, tenant_id, incarnation, stack, generation,
                            revision, run_id, code, reason, replays, at)
                        values (:id, 'RUN', 'OPEN', :tenant, :incarnation, :stack, :generation, :revision, :run,
                            :code, :reason, :replays, clock_timestamp())
                        """)
                .setParameter("id", id)
                .setParameter("tenant", run.stack().tenantId())
                .setParameter("incarnation", run.stack().incarnation())
                .setParameter("stack", run.stack().stack())
                .setParameter("generation", run.generation())
                .setParameter("revision", run.revision())
                .setParameter("run", run.runId())
                .setParameter("code", run.code())
                .setParameter("reason", run.reason())
                .setParameter("replays", replays)
                .executeUpdate()
                .replaceWithVoid();
    }

    /**
     * What was replayed.
     *
     * @param replays how often
     * @param place where what was sent first stood; null for what is no replay
     */
    record Replayed(int replays, @Nullable Place place) {
        static final Replayed NEVER = new Replayed(0, null);
    }

    /** What the letter that this replay id belongs to knows; of an id not ours nothing. */
    Uni<Replayed> replayed(Mutiny.Session session, String replayId) {
        return session.createNativeQuery(
                        """
                        select d.replays, d.topic, coalesce(d.place_topic_id, d.topic_id) as topic_id,
                            coalesce(d.place_partition, d.partition_no) as partition_no,
                            coalesce(d.place_offset, d.offset_no) as offset_no
                        from replay p join dead_letter d on d.id = p.dead_letter_id
                        where p.replay_id = :replay
                        """,
                        Tuple.class)
                .setParameter("replay", replayId)
                .getSingleResultOrNull()
                .map(row ->
                        row == null
                                ? Replayed.NEVER
                                : new Replayed(
                                        row.get("replays", Integer.class),
                                        new Place(
                                                row.get("topic", String.class),
                                                row.get("topic_id", String.class),
                                                row.get("partition_no", Integer.class),
                                                row.get("offset_no", Long.class))));
    }

    /** How often runs of this very revision were replayed before. */
    Uni<Integer> replaysOf(Mutiny.Session session, FailedRun run) {
        return session.createNativeQuery(
                        """
                        select coalesce(max(replays), 0) from dead_letter
                        where kind = 'RUN' and tenant_id = :tenant and incarnation = :incarnation
                          and stack = :stack and revision = :revision
                        """,
                        Integer.class)
                .setParameter("tenant", run.stack().tenantId())
                .setParameter("incarnation", run.stack().incarnation())
                .setParameter("stack", run.stack().stack())
                .setParameter("revision", run.revision())
                .getSingleResult();
    }

    Uni<Void> closeSuperseded(Mutiny.Session session, StackRef stack) {
        return session.createNativeQuery(DeadLetters.CLOSE_SUPERSEDED)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack())
                .executeUpdate()
                .replaceWithVoid();
    }

    Uni<Void> closeSuperseded(Mutiny.Session session, List<LifeRef> lives) {
        return LifeRef.rows(lives)
                .update(
                        session,
                        """
                        update dead_letter d set status = 'SUPERSEDED', closed_at = clock_timestamp()
                        from {rows} where d.kind = 'RUN' and d.status = 'OPEN' and d.tenant_id = r.tenant
                          and d.incarnation = r.life
                        """)
                .replaceWithVoid();
    }

    Uni<ReplayMark> honour(Mutiny.Session session, String replayId) {
        return session.createNativeQuery(
                        """
                        select honoured_at is not null as seen from replay where replay_id = :replay for update
                        """,
                        Boolean.class)
                .setParameter("replay", replayId)
                .getSingleResultOrNull()
                .chain(seen -> {
                    if (seen == null) {
                        return Uni.createFrom().item(ReplayMark.UNKNOWN);
                    }
                    return seen
                            ? Uni.createFrom().item(ReplayMark.SEEN)
                            : useUp(session, replayId).replaceWith(ReplayMark.HONOURED);
                });
    }

    private static Uni<Integer> useUp(Mutiny.Session session, String replayId) {
        return session.createNativeQuery(
                        "update replay set honoured_at = clock_timestamp() where replay_id = :replay")
                .setParameter("replay", replayId)
                .executeUpdate();
    }

    /** The letter of that id, or null. */
    Uni<@Nullable Letter> find(Mutiny.Session session, String id) {
        return session.createNativeQuery(
                        "select " + Letter.COLUMNS + " from dead_letter where id = :id",
                        Tuple.class)
                .setParameter("id", id)
                .getSingleResultOrNull()
                .map(row -> row == null ? null : Letter.of(row));
    }

    /** The letter of that id, locked, or null. */
    Uni<@Nullable Letter> lock(Mutiny.Session session, String id) {
        return session.createNativeQuery(
                        "select " + Letter.COLUMNS + " from dead_letter where id = :id for update",
                        Tuple.class)
                .setParameter("id", id)
                .getSingleResultOrNull()
                .map(row -> row == null ? null : Letter.of(row));
    }

    /** A page, newest first. Only what is asked for is in the statement, for a plan of its own. */
    Uni<List<Letter>> page(Mutiny.Session session, PageOf page) {
        String sql =
                "select "
                        + Letter.COLUMNS
                        + " from dead_letter where id < coalesce(cast(:after as text), 'z')"
                        + (page.status() == null ? "" : " and status = :status")
                        + (page.tenant() == null ? "" : " and tenant_id = :tenant")
                        + " order by id desc limit :limit";
        Mutiny.SelectionQuery<Tuple> query =
                session.createNativeQuery(sql, Tuple.class)
                        .setParameter("after", page.after())
                        .setParameter("limit", page.limit());
        if (page.status() != null) {
            query.setParameter("status", page.status());
        }
        if (page.tenant() != null) {
            query.setParameter("tenant", page.tenant());
        }
        return query.getResultList().map(rows -> rows.stream().map(Letter::of).toList());
    }

    /** Which letters to list. */
    record PageOf(
            @Nullable String status, @Nullable String tenant, @Nullable String after, int limit) {}

    Uni<Void> edited(Mutiny.Session session, String id, byte[] sealed) {
        return session.createNativeQuery("update dead_letter set edited = :edited where id = :id")
                .setParameter("edited", sealed)
                .setParameter("id", id)
                .executeUpdate()
                .replaceWithVoid();
    }

    Uni<Void> close(Mutiny.Session session, String id, String status, int replays) {
        return session.createNativeQuery(
                        """
                        update dead_letter set status = :status, replays = :replays,
                            closed_at = clock_timestamp() where id = :id
                        """)
                .setParameter("status", status)
                .setParameter("replays", replays)
                .setParameter("id", id)
                .executeUpdate()
                .replaceWithVoid();
    }

    Uni<Void> issue(Mutiny.Session session, String replayId, String letterId) {
        return session.createNativeQuery(
                        """
                        insert into replay (replay_id, dead_letter_id, issued_at)
                        values (:replay, :letter, clock_timestamp())
                        """)
                .setParameter("replay", replayId)
                .setParameter("letter", letterId)
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Whether the life that an event speaks of is wanted at a newer generation. */
    Uni<Boolean> movedOn(Mutiny.Session session, CopyCheck.Finding.Sound event) {
        return session.createNativeQuery(
                        """
                        select exists (select 1 from life where tenant_id = :tenant
                            and incarnation = cast(:incarnation as bigint)
                            and generation > cast(:generation as bigint))
                        """,
                        Boolean.class)
                .setParameter("tenant", event.tenantId())
                .setParameter("incarnation", event.incarnation())
                .setParameter("generation", event.generation())
                .getSingleResult();
    }

    /**
     * How a failed run's stack stands now.
     *
     * @param wanted at the letter's generation and revision still
     * @param failed at that revision
     * @param running a run is at work or due
     */
    record Standing(boolean wanted, boolean failed, boolean running) {}

    /** Locks the life and the stack; null when there is no such stack. */
    Uni<@Nullable Standing> standing(Mutiny.Session session, Letter letter) {
        return session.createNativeQuery(
                        """
                        select s.generation = :generation and s.revision = :revision as wanted,
                               s.failed_revision = :revision as failed,
                               s.due or s.lease_id is not null as running
                        from life l join stack s on s.tenant_id = l.tenant_id and s.incarnation = l.incarnation
                        where s.tenant_id = :tenant and s.incarnation = :incarnation and s.stack = :stack
                        for update
                        """,
                        Tuple.class)
                .setParameter("generation", letter.generation())
                .setParameter("revision", letter.revision())
                .setParameter("tenant", letter.tenantId())
                .setParameter("incarnation", letter.incarnation())
                .setParameter("stack", letter.stack())
                .getSingleResultOrNull()
                .map(row ->
                        row == null
                                ? null
                                : new Standing(
                                        row.get("wanted", Boolean.class),
                                        row.get("failed", Boolean.class),
                                        row.get("running", Boolean.class)));
    }
}
