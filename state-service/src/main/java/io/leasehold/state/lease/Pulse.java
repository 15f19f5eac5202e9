package io.leasehold.state.lease;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Service time. Leases run out only while somebody beats the pulse: a gap longer than allowed is
 * added to every lease that was live before it, in the transaction that ends the gap. So an outage
 * of the database or of this service expires nothing. Any number of processes may beat.
 */
@ApplicationScoped
public class Pulse {
    private static final Logger LOGGER = Logger.getLogger(Pulse.class);

    private final Mutiny.SessionFactory sessions;
    private final LeaseConfig config;
    private final LostLeases lost;

    /** Beats, then looks for lost leases. */
    public Pulse(Mutiny.SessionFactory sessions, LeaseConfig config, LostLeases lost) {
        this.sessions = sessions;
        this.config = config;
        this.lost = lost;
    }

    @Scheduled(
            every = "${leasehold.lease.pulse:PT2S}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> tick() {
        return beat().chain(lost::freeExpired)
                .onFailure()
                .recoverWithUni(failure -> {
                    // The next beat finds the gap and makes up for it.
                    LOGGER.warnf("pulse missed reason=%s", failure.getMessage());
                    return Uni.createFrom().voidItem();
                });
    }

    /** Beats once; what was missed is added to the live leases. */
    Uni<Void> beat() {
        return sessions.withTransaction(session ->
                session.createNativeQuery(
                                """
                                select cast(extract(epoch from clock_timestamp() - beaten_at) * 1000 as bigint)
                                from pulse for update
                                """,
                                Long.class)
                        .getSingleResult()
                        .chain(gap ->
                                gap > config.longestGap().toMillis()
                                        ? makeUp(session, gap)
                                        : Uni.createFrom().voidItem())
                        .chain(() -> beaten(session)));
    }

    /** Locks in the order in which everybody locks stacks. */
    private static Uni<Void> makeUp(Mutiny.Session session, long gap) {
        return session.createNativeQuery(
                        """
                        with live as (
                            select tenant_id, incarnation, stack from stack
                            where lease_id is not null
                              and lease_until > (select beaten_at from pulse)
                            order by tenant_id, incarnation, stack
                            for update
                        ), extended as (
                            update stack s
                            set lease_until = s.lease_until + cast(:gap as bigint) * interval '1 millisecond'
                            from live l
                            where s.tenant_id = l.tenant_id and s.incarnation = l.incarnation
                              and s.stack = l.stack
                            returning 1
                        )
                        select count(*) as extended from extended
                        """,
                        Tuple.class)
                .setParameter("gap", gap)
                .getSingleResult()
                .invoke(row ->
                        LOGGER.warnf(
                                "service time stood still gapMillis=%d leasesExtended=%d",
                                gap, row.get("extended", Long.class)))
                .replaceWithVoid();
    }

    private static Uni<Void> beaten(Mutiny.Session session) {
        return session.createNativeQuery("update pulse set beaten_at = clock_timestamp()")
                .executeUpdate()
                .replaceWithVoid();
    }
}
