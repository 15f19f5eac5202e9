package io.leasehold.state.version;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.tfstate.States;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Lets old versions go: a few stacks at a time, round and round, each in a transaction of its own
 * under the stack's lock. Safe to run in several processes at once.
 */
@ApplicationScoped
class Retention {
    private static final Logger LOGGER = Logger.getLogger(Retention.class);
    private static final StackRef BEGINNING = new StackRef("", 0, "");

    private final Mutiny.SessionFactory sessions;
    private final States states;
    private final RetentionRows rows;
    private final VersionsConfig config;
    private final Clock clock;

    /** Where the round is; another process has its own. */
    private volatile StackRef after = BEGINNING;

    Retention(
            Mutiny.SessionFactory sessions,
            States states,
            RetentionRows rows,
            VersionsConfig config,
            Clock clock) {
        this.sessions = sessions;
        this.states = states;
        this.rows = rows;
        this.config = config;
        this.clock = clock;
    }

    @Scheduled(
            every = "${leasehold.versions.sweep-every:PT1M}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> sweep() {
        return sessions.withSession(session -> rows.next(session, after, config.sweepStacks()))
                .chain(this::over)
                .onFailure()
                .recoverWithUni(failure -> {
                    // The next sweep begins where this one began.
                    LOGGER.warnf("state versions not swept reason=%s", failure.getMessage());
                    return Uni.createFrom().voidItem();
                });
    }

    private Uni<Void> over(List<RetentionRows.Heap> heaps) {
        Instant now = clock.instant();
        return Multi.createFrom()
                .iterable(heaps)
                .filter(heap -> mayBeSwept(heap, now))
                .onItem()
                .transformToUniAndConcatenate(heap -> swept(heap.stack()))
                .collect()
                .asList()
                .invoke(() ->
                        after =
                                heaps.size() < config.sweepStacks()
                                        ? BEGINNING
                                        : heaps.getLast().stack())
                .replaceWithVoid();
    }

    /** Most stacks have nothing to let go, and are told by this without a look at each version. */
    private boolean mayBeSwept(RetentionRows.Heap heap, Instant now) {
        Instant deleted = heap.firstDeleted();
        return (heap.versions() > config.keepNewest()
                        && !heap.oldest().isAfter(now.minus(config.keepFor())))
                || (deleted != null && !deleted.isAfter(now.minus(config.keepDeletedFor())));
    }

    /** What fails at one stack keeps no other from being swept. */
    private Uni<Integer> swept(StackRef stack) {
        return letGo(stack)
                .onFailure()
                .recoverWithItem(failure -> {
                    LOGGER.warnf(
                            "state versions not let go stack=%s reason=%s",
                            stack, failure.getMessage());
                    return 0;
                });
    }

    /** Lets go what the rule lets go of one stack, at most a batch; gives how many versions. */
    Uni<Integer> letGo(StackRef stack) {
        RetentionDecider.Rule rule =
                new RetentionDecider.Rule(
                        config.keepNewest(), config.keepFor(), config.keepDeletedFor());
        return sessions.withTransaction((session, _) ->
                        states.hold(session, stack)
                                .chain(() -> rows.applied(session, stack))
                                .chain(applied ->
                                        rows.versions(session, stack)
                                                .map(versions ->
                                                        RetentionDecider.decide(
                                                                versions,
                                                                applied,
                                                                rule,
                                                                clock.instant())))
                                .chain(letGo -> write(session, stack, letGo)))
                .invoke(count -> {
                    if (count > 0) {
                        LOGGER.infof("state versions let go stack=%s count=%d", stack, count);
                    }
                });
    }

    private Uni<Integer> write(
            Mutiny.Session session, StackRef stack, RetentionDecider.LetGo letGo) {
        // The oldest first, as many as one transaction should take.
        List<Long> gone = letGo.gone().stream().sorted().limit(config.sweepStacks()).toList();
        return (gone.isEmpty() ? Uni.createFrom().item(0) : rows.delete(session, stack, gone))
                .chain(count ->
                        (letGo.emptied().isEmpty()
                                        ? Uni.createFrom().item(0)
                                        : rows.empty(session, stack, letGo.emptied()))
                                .map(more -> count + more));
    }
}
