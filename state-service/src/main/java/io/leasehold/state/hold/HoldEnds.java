package io.leasehold.state.hold;

import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.outbox.OutboxSignal;
import io.leasehold.state.stack.StackPlanner;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/** Lets go what was held until a time that has come. Any number of processes may do it. */
@ApplicationScoped
public class HoldEnds {
    private static final Logger LOGGER = Logger.getLogger(HoldEnds.class);
    private static final int AT_ONCE = 200;

    private final Mutiny.SessionFactory sessions;
    private final HoldRows rows;
    private final StackPlanner planner;
    private final Signal claims;
    private final OutboxSignal outbox;

    /** Wakes these when something was let go. */
    HoldEnds(
            Mutiny.SessionFactory sessions,
            HoldRows rows,
            StackPlanner planner,
            @Named(Startup.CLAIMS) Signal claims,
            OutboxSignal outbox) {
        this.sessions = sessions;
        this.rows = rows;
        this.planner = planner;
        this.claims = claims;
        this.outbox = outbox;
    }

    @Scheduled(
            every = "${leasehold.lease.pulse:PT2S}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> look() {
        return sessions.withSession(session -> rows.ended(session, AT_ONCE))
                .chain(lives ->
                        Multi.createFrom()
                                .iterable(lives)
                                .onItem()
                                .transformToUniAndConcatenate(this::letGo)
                                .collect()
                                .asList())
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> {
                    // Looked at again soon.
                    LOGGER.warnf("ended holds not let go reason=%s", failure.getMessage());
                    return Uni.createFrom().voidItem();
                });
    }

    private Uni<Void> letGo(HoldRows.Target life) {
        return sessions.withTransaction((session, _) ->
                        rows.lock(session, life)
                                .chain(() -> rows.letGoEnded(session, life))
                                .chain(() ->
                                        planner.replan(
                                                session, life.tenantId(), life.incarnation())))
                .invoke(() -> {
                    LOGGER.infof("hold ended life=%s", life);
                    claims.wake();
                    outbox.wake(life.tenantId());
                })
                .onFailure()
                .recoverWithUni(failure -> {
                    // Met again by the next look, and never in the others' way.
                    LOGGER.warnf(
                            "ended hold not let go life=%s reason=%s", life, failure.getMessage());
                    return Uni.createFrom().voidItem();
                });
    }
}
