package io.leasehold.state.tenant;

import io.leasehold.events.Alarm;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.blueprint.BlueprintKey;
import io.leasehold.state.blueprint.BlueprintWaiters;
import io.leasehold.state.outbox.OutboxSignal;
import io.leasehold.state.stack.LifeRef;
import io.leasehold.state.stack.StackPlanner;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import jakarta.persistence.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Looks after lives that wait: for a blueprint, until it comes or the event becomes a dead letter;
 * for the previous life, until operators should know. Safe to run in several processes at once.
 */
@ApplicationScoped
class WaitingLives implements BlueprintWaiters {
    private static final Logger LOGGER = Logger.getLogger(WaitingLives.class);
    private static final int AT_ONCE = 500;

    private static final String FOR_BLUEPRINT =
            """
            select tenant_id, incarnation from life
            where waiting_code = 'BLUEPRINT_UNKNOWN'
              and blueprint_name = :name and blueprint_version = :version
            order by waiting_since
            """;

    private static final String REGISTERED =
            """
            select l.tenant_id, l.incarnation from life l
            join blueprint b on b.name = l.blueprint_name and b.version = l.blueprint_version
            where l.waiting_code = 'BLUEPRINT_UNKNOWN' order by l.waiting_since
            """;

    private static final String EXPIRED =
            """
            select l.tenant_id, l.incarnation from life l
            join life_waiting_record r on r.tenant_id = l.tenant_id
                and r.incarnation = l.incarnation and r.generation = l.generation
            where l.waiting_code = 'BLUEPRINT_UNKNOWN'
              and l.waiting_since <= clock_timestamp() - cast(:millis as bigint) * interval '1 millisecond'
            order by l.waiting_since
            """;

    private static final String LONG_BEHIND =
            """
            select tenant_id, incarnation from life
            where waiting_code = 'PREVIOUS_INCARNATION' and alarmed_at is null
              and waiting_since <= clock_timestamp() - cast(:millis as bigint) * interval '1 millisecond'
            order by waiting_since
            """;

    private final Mutiny.SessionFactory sessions;
    private final StackPlanner planner;
    private final WaitingLetters letters;
    private final Alarms alarms;
    private final IntakeConfig config;
    private final Signal claims;
    private final OutboxSignal outbox;

    WaitingLives(
            Mutiny.SessionFactory sessions,
            StackPlanner planner,
            WaitingLetters letters,
            Alarms alarms,
            IntakeConfig config,
            @Named(Startup.CLAIMS) Signal claims,
            OutboxSignal outbox) {
        this.sessions = sessions;
        this.planner = planner;
        this.letters = letters;
        this.alarms = alarms;
        this.config = config;
        this.claims = claims;
        this.outbox = outbox;
    }

    @Override
    public Uni<Void> registered(BlueprintKey key) {
        return each(
                        session ->
                                session.createNativeQuery(FOR_BLUEPRINT, Tuple.class)
                                        .setParameter("name", key.name())
                                        .setParameter("version", key.version()),
                        this::wake)
                .onFailure()
                .invoke(failure ->
                        LOGGER.warnf(
                                failure, "waking the tenants of a blueprint failed key=%s", key))
                .onFailure()
                .recoverWithNull();
    }

    /** Looked at again and again: a process that died in between loses nothing. */
    @Scheduled(
            every = "${leasehold.intake.waiting-check:PT10S}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> look() {
        return each(session -> session.createNativeQuery(REGISTERED, Tuple.class), this::wake)
                .chain(() -> each(after(EXPIRED, config.blueprintWait()), this::expire))
                .chain(() -> each(after(LONG_BEHIND, config.incarnationAlarm()), this::alarm));
    }

    private static Function<Mutiny.Session, Mutiny.SelectionQuery<Tuple>> after(
            String query, Duration wait) {
        return session ->
                session.createNativeQuery(query, Tuple.class)
                        .setParameter("millis", wait.toMillis());
    }

    private Uni<Void> each(
            Function<Mutiny.Session, Mutiny.SelectionQuery<Tuple>> query,
            BiFunction<Mutiny.Session, LifeRef, Uni<Void>> work) {
        return sessions.withSession(
                        session -> query.apply(session).setMaxResults(AT_ONCE).getResultList())
                .chain(rows -> each(rows, work));
    }

    private Uni<Void> each(List<Tuple> rows, BiFunction<Mutiny.Session, LifeRef, Uni<Void>> work) {
        if (rows.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return Multi.createFrom()
                .iterable(rows)
                .map(row -> new LifeRef(row.get(0, String.class), row.get(1, Integer.class)))
                .onItem()
                .transformToUniAndConcatenate(
                        life -> sessions.withTransaction((session, _) -> work.apply(session, life)))
                .collect()
                .asList()
                .invoke(() -> {
                    claims.wake();
                    outbox.wakeAll();
                })
                .replaceWithVoid();
    }

    private Uni<Void> wake(Mutiny.Session session, LifeRef life) {
        return planner.replan(session, life.tenantId(), life.incarnation())
                .chain(() -> letters.settle(session, life));
    }

    private Uni<Void> expire(Mutiny.Session session, LifeRef life) {
        return planner.replan(session, life.tenantId(), life.incarnation())
                .chain(() -> letters.expire(session, life));
    }

    private Uni<Void> alarm(Mutiny.Session session, LifeRef life) {
        return session.createNativeQuery(
                        """
                        update life set alarmed_at = clock_timestamp()
                        where tenant_id = :tenant and incarnation = :incarnation
                          and waiting_code = 'PREVIOUS_INCARNATION' and alarmed_at is null
                        """)
                .setParameter("tenant", life.tenantId())
                .setParameter("incarnation", life.incarnation())
                .executeUpdate()
                .chain(changed ->
                        changed == 0
                                ? Uni.createFrom().voidItem()
                                : alarms.raise(
                                        session,
                                        life,
                                        Alarm.PREVIOUS_INCARNATION.name(),
                                        "it waits for long until the previous life is gone"));
    }
}
