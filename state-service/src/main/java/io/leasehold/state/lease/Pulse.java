package io.leasehold.state.lease;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Service time. Leases run out only while somebody beats the pulse: a gap longer than allowed is
 * added to every lease that was live before it, in the transaction that ends the gap. So an outage
 * of the database or of this service expires nothing, and neither does a clock that is set: one
 * that is set back takes the leases along, and until a pulse has seen it leases count from that
 * pulse. Any number of processes may beat.
 */
@ApplicationScoped
public class Pulse {
    private static final Logger LOGGER = Logger.getLogger(Pulse.class);

    /**
     * The pulse before this beat, and which database this is: another one after a dump was
     * restored, and on another timeline after a recovery from a backup or a failover.
     */
    private static final String BEFORE =
            """
            select cast(extract(epoch from clock_timestamp() - beaten_at) * 1000 as bigint) as gap, database,
                concat_ws('/', (select system_identifier from pg_control_system()),
                    (select oid from pg_database where datname = current_database()),
                    left(pg_walfile_name(pg_current_wal_lsn()), 8)) as here
            from pulse for update
            """;

    private final Mutiny.SessionFactory sessions;
    private final LeaseConfig config;
    private final LostLeases lost;
    private volatile boolean begun;
    private volatile @Nullable Long claimsFrom;

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

    /**
     * Whether no stack may be given away now: the database was put back, and may have forgotten who
     * works on which. Known after the first beat.
     */
    boolean holdsClaims() {
        Long until = claimsFrom;
        return until != null && until - System.nanoTime() > 0;
    }

    /** Beats unless this process has beaten already. */
    Uni<Void> beatFirst() {
        return begun ? Uni.createFrom().voidItem() : beat();
    }

    /** Beats once; what was missed is added to the live leases. */
    Uni<Void> beat() {
        return sessions.withTransaction(session ->
                        session.createNativeQuery(BEFORE, Tuple.class)
                                .getSingleResult()
                                .chain(before -> beat(session, before)))
                .invoke(held -> {
                    claimsFrom = System.nanoTime() + Duration.ofMillis(held).toNanos();
                    begun = true;
                })
                .replaceWithVoid();
    }

    private Uni<Long> beat(Mutiny.Session session, Tuple before) {
        long gap = before.get("gap", Long.class);
        String here = before.get("here", String.class);
        String known = before.get("database", String.class);
        boolean other = known != null && !known.equals(here);
        if (other) {
            LOGGER.warnf(
                    "the database was put back or is another one, no stack is given away for %s"
                            + " database=%s before=%s",
                    longest(), here, known);
        }
        return (Math.abs(gap) > config.longestGap().toMillis()
                        ? makeUp(session, gap)
                        : Uni.createFrom().voidItem())
                .chain(() -> beaten(session, here, other ? longest().toMillis() : 0));
    }

    /** By then every worker has closed its doors, whatever was forgotten of its lease. */
    private Duration longest() {
        return Stream.of(config.first(), config.planning(), config.applying())
                .max(Comparator.naturalOrder())
                .orElseThrow()
                .plus(config.grace());
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

    /** Gives for how long claims are held from now, in milliseconds; negative when they are not. */
    private static Uni<Long> beaten(Mutiny.Session session, String here, long hold) {
        return session.createNativeQuery(
                        """
                        update pulse set beaten_at = clock_timestamp(), database = :here,
                            claims_from = case when :hold > 0
                                then clock_timestamp() + cast(:hold as bigint) * interval '1 millisecond'
                                else claims_from end
                        returning coalesce(
                            cast(extract(epoch from claims_from - clock_timestamp()) * 1000 as bigint), -1)
                        """,
                        Long.class)
                .setParameter("here", here)
                .setParameter("hold", hold)
                .getSingleResult();
    }
}
