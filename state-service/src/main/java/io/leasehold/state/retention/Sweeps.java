package io.leasehold.state.retention;

import io.quarkus.arc.All;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Goes round all kinds. Each batch is a transaction that holds the lock on its kind's row: where
 * another process has it there is nothing to do, and where one died the next goes on.
 */
@ApplicationScoped
class Sweeps {
    private static final Logger LOGGER = Logger.getLogger(Sweeps.class);

    private final Mutiny.SessionFactory sessions;
    private final List<Sweep> sweeps;
    private final RoundRows rounds;
    private final RetentionConfig config;
    private final Clock clock;

    Sweeps(
            Mutiny.SessionFactory sessions,
            @All List<Sweep> sweeps,
            RoundRows rounds,
            RetentionConfig config,
            Clock clock) {
        this.sessions = sessions;
        this.sweeps = List.copyOf(sweeps);
        this.rounds = rounds;
        this.config = config;
        this.clock = clock;
    }

    /** One kind's batch, and whether there is another. */
    private record Turn(long gone, boolean more) {
        static final Turn NOT_OURS = new Turn(0, false);
    }

    @Scheduled(
            every = "${leasehold.retention.sweep-every:PT5M}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> sweep() {
        return Multi.createFrom()
                .iterable(sweeps)
                .onItem()
                .transformToUniAndConcatenate(this::round)
                .collect()
                .asList()
                .replaceWithVoid();
    }

    /** What fails at one kind keeps no other from its turn. */
    private Uni<Void> round(Sweep sweep) {
        Instant now = clock.instant();
        return Multi.createBy()
                .repeating()
                .uni(() -> turn(sweep, now))
                .whilst(Turn::more)
                .collect()
                .with(Collectors.summingLong(Turn::gone))
                .invoke(gone -> {
                    if (gone > 0) {
                        LOGGER.infof("past its time and gone kind=%s count=%d", sweep.name(), gone);
                    }
                })
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> {
                    // The next round begins where this one was.
                    LOGGER.warnf(
                            "retention stopped kind=%s reason=%s",
                            sweep.name(), failure.getMessage());
                    return Uni.createFrom().voidItem();
                });
    }

    private Uni<Turn> turn(Sweep sweep, Instant now) {
        return sessions.withTransaction((session, _) ->
                rounds.take(session, sweep.name(), now)
                        .chain(from ->
                                from.isEmpty()
                                        ? Uni.createFrom().item(Turn.NOT_OURS)
                                        : sweep.sweep(session, from.get(), now)
                                                .call(swept -> put(session, sweep, swept, now))
                                                .map(swept ->
                                                        new Turn(
                                                                swept.gone(),
                                                                swept.next() != null))));
    }

    private Uni<Void> put(Mutiny.Session session, Sweep sweep, Swept swept, Instant now) {
        // Somewhat less, so that the next look of the same process finds it due.
        Instant due = now.plus(config.sweepEvery().multipliedBy(9).dividedBy(10));
        return rounds.put(session, sweep.name(), swept, new RoundRows.Time(now, due));
    }
}
