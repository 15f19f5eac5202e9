package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.problem.Refusal;
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

    /** Whether events came from that topic. */
    Uni<Boolean> isSource(Mutiny.Session session, String topic) {
        return session.createNativeQuery(
                        "select exists (select 1 from source_topic where topic = :topic)",
                        Boolean.class)
                .setParameter("topic", topic)
                .getSingleResult();
    }

    Uni<ReplayMark> honour(Mutiny.Session session, String replayId, Place place, int reading) {
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
                            : useUp(session, replayId, place, reading)
                                    .replaceWith(ReplayMark.HONOURED);
                });
    }

    private static Uni<Integer> useUp(
            Mutiny.Session session, String replayId, Place place, int reading) {
        return session.createNativeQuery(
                        """
                        update replay set honoured_at = clock_timestamp(), honoured_topic = :topic,
                            honoured_topic_id = :topicId, honoured_partition = :partition,
                            honoured_offset = :offset, honoured_reading = :reading
                        where replay_id = :replay
                        """)
                .setParameter("topic", place.topic())
                .setParameter("topicId", place.topicId())
                .setParameter("partition", place.partition())
                .setParameter("offset", place.offset())
                .setParameter("reading", reading)
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

    /**
     * The letter of that id.
     *
     * @throws Refusal 404 when there is none
     */
    static Letter known(@Nullable Letter letter, String id) {
        if (letter == null) {
            throw new Refusal(404, "DEAD_LETTER_UNKNOWN", "There is no dead letter " + id + ".");
        }
        return letter;
    }

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
     * @param broken a breaker holds it, or would
     */
    record Standing(boolean wanted, boolean failed, boolean running, boolean broken) {}

    /** Locks the life and the stack; null when there is no such stack. */
    Uni<@Nullable Standing> standing(Mutiny.Session session, Letter letter) {
        return session.createNativeQuery(
                        """
                        select s.generation = :generation and s.revision = :revision as wanted,
                               s.failed_revision = :revision as failed,
                               s.due or s.lease_id is not null as running,
                               coalesce(s.hold_code = 'BREAKER'
                                   and (s.hold_until is null or s.hold_until > clock_timestamp()), false)
                               or exists (select 1 from breaker b
                                   join stack_revision v on v.tenant_id = s.tenant_id and v.incarnation = s.incarnation
                                       and v.stack = s.stack and v.revision = s.revision
                                   where b.phase <> 'CLOSED' and v.module_digest = any (string_to_array(b.modules, ','))
                                     and (b.kind = 'PROVIDER' and b.region = coalesce(l.spec ->> 'region', '')
                                         or b.run_kind = case when s.wanted then 'APPLY' else 'DESTROY' end)) as broken
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
                                        row.get("running", Boolean.class),
                                        row.get("broken", Boolean.class)));
    }
}
