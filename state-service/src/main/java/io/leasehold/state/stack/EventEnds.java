package io.leasehold.state.stack;

import io.leasehold.events.outgoing.RunPhase;
import io.leasehold.events.outgoing.RunStatus;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.state.RowSet;
import io.leasehold.state.outbox.Outbox;
import io.leasehold.state.outbox.OutboxMessage;
import io.leasehold.state.outbox.Publications;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /** An event of a life, with its end. */
    record Ended(LifeRef life, Plan.End end) {}

    /** Ends these events, each life's in this order. */
    Uni<Void> write(Mutiny.Session session, List<Ended> ended) {
        return RowSet.of(ended)
                .number("id", each -> each.end().id())
                .text("disposition", each -> each.end().disposition().name())
                .text("code", each -> each.end().code())
                .text("reason", each -> each.end().reason())
                .select(
                        session,
                        """
                        update tenant_event as e set disposition = r.disposition, code = r.code,
                            reason = r.reason
                        from {rows} where e.id = r.id
                        returning e.id, coalesce(e.event_id, '') as event_id
                        """,
                        Tuple.class)
                .chain(rows -> {
                    Map<Long, String> events = new HashMap<>();
                    rows.forEach(row ->
                            events.put(
                                    row.get("id", Long.class), row.get("event_id", String.class)));
                    return tell(session, ended.stream().map(each -> news(each, events)).toList());
                });
    }

    private static News news(Ended ended, Map<Long, String> events) {
        Plan.End end = ended.end();
        String event = events.getOrDefault(end.id(), "");
        return new News(
                ended.life().tenantId(),
                ended.life().incarnation(),
                end.generation(),
                end.disposition(),
                end.code(),
                end.reason(),
                event.isEmpty() ? null : event);
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
                                        new Ended(
                                                new LifeRef(tenantId, incarnation),
                                                new Plan.End(
                                                        row.get("id", Long.class),
                                                        row.get("generation", Long.class),
                                                        Disposition.SUPERSEDED,
                                                        null,
                                                        reason)))
                                .toList())
                .chain(ended -> write(session, ended));
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
        return tell(session, List.of(news));
    }

    private Uni<Void> tell(Mutiny.Session session, List<News> all) {
        List<News> told =
                all.stream().filter(news -> phase(news.disposition()).isPresent()).toList();
        return numbers(session, told)
                .chain(numbers -> {
                    List<OutboxMessage> messages = new ArrayList<>();
                    for (int i = 0; i < told.size(); i++) {
                        News news = told.get(i);
                        RunPhase phase = phase(news.disposition()).orElseThrow();
                        messages.add(publications.runStatus(status(news, numbers.get(i), phase)));
                    }
                    return outbox.append(session, messages);
                });
    }

    /** The number of each, in that order: the life's next ones, in their order for each life. */
    private static Uni<List<Long>> numbers(Mutiny.Session session, List<News> told) {
        return RowSet.of(told)
                .text("tenant", News::tenantId)
                .number("life", News::incarnation)
                .select(
                        session,
                        """
                        with told as (
                            select r.n, r.tenant, (select o.incarnation from life o where o.tenant_id = r.tenant
                                order by o.incarnation = r.life desc, o.incarnation desc limit 1) as life
                            from {rows}),
                        counted as (
                            update life as l set status_seq = l.status_seq + t.told
                            from (select tenant, life, count(*) as told from told group by tenant, life) t
                            where l.tenant_id = t.tenant and l.incarnation = t.life
                            returning l.tenant_id, l.incarnation, l.status_seq - t.told as before)
                        select c.before + row_number() over (partition by t.tenant, t.life order by t.n)
                        from told t join counted c on c.tenant_id = t.tenant and c.incarnation = t.life
                        order by t.n
                        """,
                        Long.class);
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
