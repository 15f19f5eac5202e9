package io.leasehold.state.lease;

import io.leasehold.state.OneReplica;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Lets stacks into the queue whose wait for their next try is over. Until then they are not in it,
 * so that thousands of them cost a claim nothing. One process at a time does it; any may.
 */
@ApplicationScoped
public class NextTries {
    private static final Logger LOGGER = Logger.getLogger(NextTries.class);

    /** Names this work among the database's advisory locks. */
    private static final long MINE = 0x6e657874L;

    private final Mutiny.SessionFactory sessions;
    private final Signal claims;

    /** Wakes {@code claims} when something is due again. */
    public NextTries(Mutiny.SessionFactory sessions, @Named(Startup.CLAIMS) Signal claims) {
        this.sessions = sessions;
        this.claims = claims;
    }

    @Scheduled(
            every = "${leasehold.lease.poll:PT1S}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> look() {
        return sessions.withSession(NextTries::any)
                .chain(any -> any ? begin() : Uni.createFrom().item(0))
                .invoke(begun -> {
                    if (begun > 0) {
                        claims.wake();
                    }
                })
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> {
                    LOGGER.warnf("next tries not looked for reason=%s", failure.getMessage());
                    return Uni.createFrom().voidItem();
                });
    }

    /** One statement without a transaction: mostly there is none. */
    private static Uni<Boolean> any(Mutiny.Session session) {
        return session.createNativeQuery(
                        "select exists (select 1 from stack where not_before <= statement_timestamp())",
                        Boolean.class)
                .getSingleResult();
    }

    private Uni<Integer> begin() {
        return sessions.withTransaction((session, _) ->
                OneReplica.takes(session, MINE)
                        .chain(mine -> mine ? begin(session) : Uni.createFrom().item(0)));
    }

    /** The queue is the trigger's; rows that others have locked wait for the next look. */
    private static Uni<Integer> begin(Mutiny.Session session) {
        return session.createNativeQuery(
                        """
                        with waited as materialized (
                            select tenant_id, incarnation, stack from stack
                            where not_before <= statement_timestamp()
                            order by not_before limit 500 for update skip locked
                        )
                        update stack s set not_before = null from waited w
                        where s.tenant_id = w.tenant_id and s.incarnation = w.incarnation and s.stack = w.stack
                        """)
                .executeUpdate();
    }
}
