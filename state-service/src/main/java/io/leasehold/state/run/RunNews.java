package io.leasehold.state.run;

import io.leasehold.events.outgoing.RunKind;
import io.leasehold.events.outgoing.RunPhase;
import io.leasehold.events.outgoing.RunStatus;
import io.leasehold.ledger.api.Delta;
import io.leasehold.state.outbox.Outbox;
import io.leasehold.state.outbox.Publications;
import io.leasehold.state.stack.StackStatus;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Tells of the steps that runs take, in the caller's transaction and under the caller's lock on the
 * stack row. Safe to share.
 */
@ApplicationScoped
public class RunNews {
    private final Outbox outbox;
    private final Publications publications;
    private final StackStatus numbers;
    private final Clock clock;

    /** Appends to {@code outbox}. */
    public RunNews(Outbox outbox, Publications publications, StackStatus numbers, Clock clock) {
        this.outbox = outbox;
        this.publications = publications;
        this.numbers = numbers;
        this.clock = clock;
    }

    /**
     * One step.
     *
     * @param reason a stable word, null where there is nothing to explain
     * @param delta null while it is not known
     */
    public record Step(
            RunPhase phase,
            @Nullable String reason,
            @Nullable String message,
            @Nullable Delta delta) {

        /** A step that explains itself. */
        public static Step of(RunPhase phase) {
            return new Step(phase, null, null, null);
        }

        private boolean ends() {
            return switch (phase) {
                case STARTED, PLANNING, PLANNED, AWAITING_APPROVAL, APPLYING, UNKNOWN -> false;
                case RETRYING,
                        SUCCEEDED,
                        FAILED,
                        CANCELLED,
                        SUPERSEDED,
                        APPLIED,
                        UNCHANGED,
                        SKIPPED,
                        STALE ->
                        true;
            };
        }
    }

    /** Tells one step of a run under the stack's next number. */
    public Uni<Void> tell(Mutiny.Session session, RunRow run, Step step) {
        return numbers.next(session, run.stack()).chain(number -> tell(session, run, step, number));
    }

    private static RunKind kind(RunRow run) {
        return switch (run.kind()) {
            case APPLY -> RunKind.APPLY;
            case DESTROY -> RunKind.DESTROY;
            case DRIFT -> RunKind.DRIFT_CHECK;
            case STATE -> throw new IllegalStateException("told nobody: run " + run.runId());
        };
    }

    /** Tells one step under a number that the caller took with the stack row. */
    public Uni<Void> tell(Mutiny.Session session, RunRow run, Step step, long number) {
        return outbox.append(session, publications.runStatus(status(run, step, number)));
    }

    /**
     * A run that has begun.
     *
     * @param number that the caller took with the stack row
     */
    public record Begun(RunRow run, long number) {}

    /** Tells of each of these runs that it has started, in this order. */
    public Uni<Void> started(Mutiny.Session session, List<Begun> runs) {
        Step step = Step.of(RunPhase.STARTED);
        return outbox.append(
                session,
                runs.stream()
                        .map(each ->
                                publications.runStatus(status(each.run(), step, each.number())))
                        .toList());
    }

    private RunStatus status(RunRow run, Step step, long number) {
        Delta delta = step.delta();
        return new RunStatus(
                run.stack().tenantId(),
                run.stack().incarnation(),
                run.stack().stack(),
                run.runId(),
                kind(run),
                run.attempt(),
                number,
                step.phase(),
                run.generation(),
                run.revision(),
                step.reason(),
                step.message(),
                delta == null
                        ? null
                        : new RunStatus.Delta(delta.add(), delta.change(), delta.destroy()),
                run.startedAt(),
                step.ends() ? clock.instant() : null,
                null);
    }
}
