package io.leasehold.state.breaker;

import io.leasehold.state.OneReplica;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Looks at breakers as time goes by: lets one run try when the wait is over, closes or opens again
 * by how it ended, and lets go what closed breakers hold, some at a time. One process at a time
 * does it; any may. Waits for no stack: who ends a run has the stack and waits for the breaker.
 */
@ApplicationScoped
public class BreakerTick {
    private static final Logger LOGGER = Logger.getLogger(BreakerTick.class);

    /** Names this work among the database's advisory locks. */
    private static final long MINE = 0x6272656bL;

    /** Who closes what a run showed to work again. */
    private static final String LEDGER = "ledger";

    private final Mutiny.SessionFactory sessions;
    private final BreakerRows rows;
    private final HeldRows held;
    private final FailureRows failures;
    private final OpenBreakers open;
    private final BreakerConfig config;
    private final Signal claims;

    BreakerTick(
            Mutiny.SessionFactory sessions,
            BreakerRows rows,
            HeldRows held,
            FailureRows failures,
            OpenBreakers open,
            BreakerConfig config,
            @Named(Startup.CLAIMS) Signal claims) {
        this.sessions = sessions;
        this.rows = rows;
        this.held = held;
        this.failures = failures;
        this.open = open;
        this.config = config;
        this.claims = claims;
    }

    @Scheduled(
            every = "${leasehold.breakers.look:PT1S}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> look() {
        return sessions.withSession(this::any)
                .chain(any -> any ? takeTurn() : Uni.createFrom().item(0))
                .invoke(freed -> {
                    if (freed > 0) {
                        claims.wake();
                    }
                })
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> {
                    // Looked at again soon.
                    LOGGER.warnf("breakers not looked at reason=%s", failure.getMessage());
                    return Uni.createFrom().voidItem();
                });
    }

    /** Whether one is open, or what a closed one held waits; two statements, no transaction. */
    private Uni<Boolean> any(Mutiny.Session session) {
        return open.load(session)
                .chain(() -> open.any() ? Uni.createFrom().item(true) : held.any(session));
    }

    private Uni<Integer> takeTurn() {
        return sessions.withTransaction((session, _) ->
                OneReplica.takes(session, MINE)
                        .chain(mine -> mine ? look(session) : Uni.createFrom().item(0))
                        .call(() -> open.load(session)));
    }

    @Scheduled(every = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> forget() {
        return sessions.withTransaction((session, _) -> failures.forget(session))
                .onFailure()
                .recoverWithUni(failure -> {
                    LOGGER.warnf("old failures not forgotten reason=%s", failure.getMessage());
                    return Uni.createFrom().voidItem();
                });
    }

    /** Gives how many stacks may run now that could not before. */
    private Uni<Integer> look(Mutiny.Session session) {
        return rows.lockAll(session)
                .chain(all ->
                        Multi.createFrom()
                                .iterable(all)
                                .onItem()
                                .transformToUniAndConcatenate(each -> look(session, each))
                                .collect()
                                .with(Collectors.summingInt(freed -> freed)))
                .chain(freed -> held.letGo(session, config.letGo()).map(more -> freed + more));
    }

    private Uni<Integer> look(Mutiny.Session session, BreakerRows.Row breaker) {
        return switch (breaker.phase()) {
            case CLOSED -> Uni.createFrom().item(0);
            case OPEN ->
                    breaker.over()
                            ? next(session, breaker, BreakerDecider.Probe.AWAITED)
                            : Uni.createFrom().item(0);
            case HALF_OPEN ->
                    rows.probe(session, breaker, config.probePatience())
                            .chain(probe -> next(session, breaker, probe));
        };
    }

    private Uni<Integer> next(
            Mutiny.Session session, BreakerRows.Row breaker, BreakerDecider.Probe probe) {
        return switch (BreakerDecider.looked(breaker.phase(), breaker.over(), true, probe)) {
            case PROBE -> probe(session, breaker, probe);
            case CLOSE -> closed(session, breaker, "a run that tried succeeded");
            case REOPEN -> rows.reopen(session, breaker, config.longestWait()).replaceWith(0);
            case NOTHING, HOLD, OPEN -> Uni.createFrom().item(0);
        };
    }

    private Uni<Integer> probe(
            Mutiny.Session session, BreakerRows.Row breaker, BreakerDecider.Probe before) {
        return held.letOneGo(session, breaker.id(), breaker.code())
                .chain(stack -> {
                    if (stack.isEmpty()) {
                        return none(session, breaker, before);
                    }
                    LOGGER.infof(
                            "one run tries breaker=%s of=%s stack=%s",
                            breaker.id(), breaker.signature().words(), stack.get());
                    return rows.probe(session, breaker, stack.get()).replaceWith(1);
                });
    }

    /** What others have locked right now is met by the next look. */
    private Uni<Integer> none(
            Mutiny.Session session, BreakerRows.Row breaker, BreakerDecider.Probe before) {
        return held.any(session, breaker.id())
                .chain(waiting ->
                        switch (BreakerDecider.looked(
                                breaker.phase(), breaker.over(), waiting, before)) {
                            case CLOSE ->
                                    closed(session, breaker, "nothing that could run waits for it");
                            case NOTHING, HOLD, OPEN, REOPEN, PROBE -> Uni.createFrom().item(0);
                        });
    }

    private Uni<Integer> closed(Mutiny.Session session, BreakerRows.Row breaker, String why) {
        LOGGER.infof(
                "breaker closed breaker=%s of=%s reason=%s",
                breaker.id(), breaker.signature().words(), why);
        return rows.close(session, breaker.id(), LEDGER, why).replaceWith(0);
    }
}
