package io.leasehold.state.run;

import io.leasehold.events.ErrorCode;
import io.leasehold.events.outgoing.RunPhase;
import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.output.OutputSnapshots;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.stack.StackPlanner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Ends a run in one transaction with everything that follows from it: the run's row, what is
 * applied, outputs and status on the outbox, another try or a dead letter, and the plan of the
 * life. Locks the life first, then its stacks in name order. Safe to share.
 */
@ApplicationScoped
public class Outcomes {
    private static final Logger LOGGER = Logger.getLogger(Outcomes.class);

    private static final String LOST = "LOST";
    private static final Failed LOST_RUN =
            new Failed(
                    LOST,
                    ErrorCode.WORKER_LOST.name(),
                    "The worker that held the run is gone.",
                    true,
                    Delta.NONE,
                    null);
    private static final Failed LOST_OPERATION =
            new Failed(
                    LOST,
                    ErrorCode.WORKER_LOST.name(),
                    "The worker that held the run is gone. The state's versions say whether it was done.",
                    false,
                    Delta.NONE,
                    null);

    private final Runs runs;
    private final RunEnd end;
    private final RunNews news;
    private final OutputSnapshots outputs;
    private final RunFailures failures;
    private final StackPlanner planner;

    /** What fails goes by {@code failures}. */
    public Outcomes(
            Runs runs,
            RunEnd end,
            RunNews news,
            OutputSnapshots outputs,
            RunFailures failures,
            StackPlanner planner) {
        this.runs = runs;
        this.end = end;
        this.news = news;
        this.outputs = outputs;
        this.failures = failures;
        this.planner = planner;
    }

    /**
     * Applies a reported outcome. One that was applied before changes nothing; a run whose lease is
     * gone is refused with LEASE_LOST. An expired lease that nobody took is still good enough to
     * report by: everything that was written was written under it. Gives the run's stack, whose
     * tenant's publisher is to be woken after the commit.
     */
    public Uni<StackRef> apply(Mutiny.Session session, String runId, OutcomeRequest outcome) {
        return end.lockLife(session, runId)
                .chain(life -> {
                    if (life == null) {
                        throw new Refusal(404, "RUN_UNKNOWN", "There is no run " + runId + ".");
                    }
                    if (!outcome.leaseId().equals(life.run().leaseId())) {
                        throw lost(runId);
                    }
                    return end.lockStacks(session, life)
                            .chain(stack ->
                                    stack == null
                                            ? again(session, runId)
                                            : apply(session, stack, StateProof.of(stack, outcome)))
                            .replaceWith(life.run().stack());
                });
    }

    private Uni<Void> apply(Mutiny.Session session, EndingRun run, OutcomeRequest outcome) {
        LOGGER.infof(
                "run finished runId=%s stack=%s outcome=%s errorCode=%s",
                run.row().runId(), run.row().stack(), outcome.result(), outcome.code());
        Uni<Void> followed =
                run.row().kind() == RunKind.STATE
                        ? end.operated(session, run, outcome)
                        : followed(session, run, outcome);
        return followed.chain(() -> replan(session, run));
    }

    private Uni<Void> followed(Mutiny.Session session, EndingRun run, OutcomeRequest outcome) {
        return switch (outcome.result()) {
            case SUCCEEDED -> succeeded(session, run, outcome);
            case FAILED -> failures.failed(session, run, Failed.of(outcome));
            case DROPPED -> dropped(session, run, outcome.delta());
            case CANCELLED -> cancelled(session, run, outcome.delta());
        };
    }

    /**
     * The run is over. Its own outcome, sent again, is fine; one of a run taken for lost is not.
     */
    private Uni<Void> again(Mutiny.Session session, String runId) {
        return runs.find(session, runId)
                .invoke(run -> {
                    if (run == null || run.result() == null || run.result().equals(LOST)) {
                        throw lost(runId);
                    }
                })
                .replaceWithVoid();
    }

    /**
     * Ends a run whose worker is gone: its lease expired, or the worker started anew. Gives false
     * when the run had ended meanwhile.
     *
     * @param together losses this close to each other may be those of one machine
     */
    public Uni<Boolean> lost(Mutiny.Session session, String runId, Duration together) {
        // What was never beaten was perhaps never received, and says nothing of the run.
        return ended(
                session,
                runId,
                run ->
                        run.beaten()
                                ? failures.lost(session, run, LOST_RUN, together)
                                : failures.lostUnbegun(session, run, LOST_RUN));
    }

    /** As {@link #lost}, of a worker that ended in order: nothing that it ran ended it. */
    public Uni<Boolean> left(Mutiny.Session session, String runId) {
        return ended(session, runId, run -> failures.lostUnbegun(session, run, LOST_RUN));
    }

    private Uni<Boolean> ended(
            Mutiny.Session session, String runId, Function<EndingRun, Uni<Void>> how) {
        return end.lockLife(session, runId)
                .chain(life ->
                        life == null
                                ? Uni.createFrom().item(false)
                                : end.lockStacks(session, life)
                                        .chain(ending -> ended(session, ending, how)));
    }

    private Uni<Boolean> ended(
            Mutiny.Session session, @Nullable EndingRun run, Function<EndingRun, Uni<Void>> how) {
        if (run == null) {
            return Uni.createFrom().item(false);
        }
        return (run.row().kind() == RunKind.STATE
                        ? end.operated(session, run, LOST_OPERATION)
                        : how.apply(run))
                .chain(() -> replan(session, run))
                .replaceWith(true);
    }

    private Uni<Void> succeeded(Mutiny.Session session, EndingRun run, OutcomeRequest outcome) {
        RunNews.Step step = new RunNews.Step(RunPhase.SUCCEEDED, null, null, outcome.delta());
        StackRef stack = run.row().stack();
        Uni<Long> settled =
                run.row().kind() == RunKind.DESTROY
                        ? end.destroyed(session, run, outcome)
                                .call(() -> outputs.tombstone(session, stack))
                        : end.applied(session, run, outcome)
                                .call(() -> outputs.published(session, stack, run.observedThen()));
        return settled.chain(number -> news.tell(session, run.row(), step, number));
    }

    private Uni<Void> dropped(Mutiny.Session session, EndingRun run, Delta delta) {
        RunPhase phase = run.newer() ? RunPhase.SUPERSEDED : RunPhase.CANCELLED;
        return end.dropped(session, run, delta)
                .chain(number -> news.tell(session, run.row(), RunNews.Step.of(phase), number));
    }

    private Uni<Void> cancelled(Mutiny.Session session, EndingRun run, Delta delta) {
        return end.cancelled(session, run, delta)
                .chain(number ->
                        news.tell(session, run.row(), RunNews.Step.of(RunPhase.CANCELLED), number));
    }

    private Uni<Void> replan(Mutiny.Session session, EndingRun run) {
        return planner.replan(
                session, run.row().stack().tenantId(), run.row().stack().incarnation());
    }

    private static Refusal lost(String runId) {
        return new Refusal(
                409,
                "LEASE_LOST",
                "Run " + runId + " was taken for lost; its stack is not its own any more.");
    }
}
