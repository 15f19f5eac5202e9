package io.leasehold.state.stack;

import io.leasehold.events.outgoing.RunPhase;
import io.leasehold.events.outgoing.RunStatus;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.state.outbox.Outbox;
import io.leasehold.state.outbox.Publications;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Records what became of events and tells it on run.status. Joins the caller's transaction. */
@ApplicationScoped
public class EventEnds {
    private final Outbox outbox;
    private final Publications publications;
    private final Clock clock;

    /** Tells through the outbox. */
    public EventEnds(Outbox outbox, Publications publications, Clock clock) {
        this.outbox = outbox;
        this.publications = publications;
        this.clock = clock;
    }

    /** Ends these events of a life, in this order. */
    Uni<Void> write(Mutiny.Session session, String tenantId, int incarnation, List<Plan.End> ends) {
        Uni<Void> written = Uni.createFrom().voidItem();
        for (Plan.End end : ends) {
            written = written.chain(() -> write(session, tenantId, incarnation, end));
        }
        return written;
    }

    /** Ends what is pending of a life that was removed, as superseded. */
    public Uni<Void> removed(
            Mutiny.Session session, String tenantId, int incarnation, String reason) {
        return session.createNativeQuery(
                        """
                        select id, generation from tenant_event
                        where tenant_id = :tenant and incarnation = :incarnation
                          and disposition = 'PENDING' and generation is not null
                        order by id
                        """,
                        Tuple.class)
                .setParameter("tenant", tenantId)
                .setParameter("incarnation", incarnation)
                .getResultList()
                .map(rows ->
                        rows.stream()
                                .map(row ->
                                        new Plan.End(
                                                row.get("id", Long.class),
                                                row.get("generation", Long.class),
                                                Disposition.SUPERSEDED,
                                                null,
                                                reason))
                                .toList())
                .chain(ends -> write(session, tenantId, incarnation, ends));
    }

    private Uni<Void> write(
            Mutiny.Session session, String tenantId, int incarnation, Plan.End end) {
        return session.createNativeQuery(
                        """
                        update tenant_event set disposition = :disposition, code = cast(:code as text),
                            reason = cast(:reason as text)
                        where id = :id returning coalesce(event_id, '')
                        """,
                        String.class)
                .setParameter("disposition", end.disposition().name())
                .setParameter("code", end.code())
                .setParameter("reason", end.reason())
                .setParameter("id", end.id())
                .getSingleResult()
                .chain(eventId ->
                        tell(
                                session,
                                new News(
                                        tenantId,
                                        incarnation,
                                        end.generation(),
                                        end.disposition(),
                                        end.code(),
                                        end.reason(),
                                        eventId.isEmpty() ? null : eventId)));
    }

    /** What run.status says of an event. */
    public record News(
            String tenantId,
            int incarnation,
            long generation,
            Disposition disposition,
            @Nullable String code,
            @Nullable String reason,
            @Nullable String eventId) {}

    /**
     * Tells of an event's end, numbered per life; of a life that never was, by the tenant's newest.
     * Dispositions that are no such end are not told.
     */
    public Uni<Void> tell(Mutiny.Session session, News news) {
        Optional<RunPhase> phase = phase(news.disposition());
        if (phase.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return session.createNativeQuery(
                        """
                        update life set status_seq = status_seq + 1
                        where tenant_id = :tenant and incarnation = (
                            select incarnation from life where tenant_id = :tenant
                            order by incarnation = :incarnation desc, incarnation desc limit 1)
                        returning status_seq
                        """,
                        Long.class)
                .setParameter("tenant", news.tenantId())
                .setParameter("incarnation", news.incarnation())
                .getSingleResult()
                .chain(number ->
                        outbox.append(
                                session,
                                publications.runStatus(status(news, number, phase.get()))));
    }

    private RunStatus status(News news, long number, RunPhase phase) {
        return new RunStatus(
                news.tenantId(),
                news.incarnation(),
                null,
                null,
                null,
                0,
                number,
                phase,
                news.generation(),
                0,
                news.code(),
                news.reason(),
                null,
                null,
                clock.instant(),
                news.eventId());
    }

    private static Optional<RunPhase> phase(Disposition disposition) {
        return switch (disposition) {
            case APPLIED -> Optional.of(RunPhase.APPLIED);
            case UNCHANGED -> Optional.of(RunPhase.UNCHANGED);
            case SUPERSEDED -> Optional.of(RunPhase.SUPERSEDED);
            case SKIPPED -> Optional.of(RunPhase.SKIPPED);
            case FAILED -> Optional.of(RunPhase.FAILED);
            case STALE -> Optional.of(RunPhase.STALE);
            case PENDING, DUPLICATE, DEAD_LETTERED, BELOW_WATERMARK, BEHIND -> Optional.empty();
        };
    }
}
