package io.leasehold.state.run;

import io.leasehold.events.outgoing.RunPhase;
import io.leasehold.ledger.api.Circumstances;
import io.leasehold.state.breaker.BreakerHold;
import io.leasehold.state.breaker.Breakers;
import io.leasehold.state.breaker.SharedFailure;
import io.leasehold.state.deadletter.DeadLetters;
import io.leasehold.state.deadletter.FailedRun;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Ends runs that failed: another try, a dead letter, or a wait for a breaker. In the caller's
 * transaction and under its locks. Safe to share.
 */
@ApplicationScoped
class RunFailures {
    private final RunEnd end;
    private final RunNews news;
    private final Breakers breakers;
    private final DeadLetters deadLetters;
    private final LostRuns losses;
    private final Jitter jitter;

    /** Spreads retries by {@code jitter}. */
    RunFailures(
            RunEnd end,
            RunNews news,
            Breakers breakers,
            DeadLetters deadLetters,
            LostRuns losses,
            Jitter jitter) {
        this.end = end;
        this.news = news;
        this.breakers = breakers;
        this.deadLetters = deadLetters;
        this.losses = losses;
        this.jitter = jitter;
    }

    /** Ends the run as its code and the breakers have it. */
    Uni<Void> failed(Mutiny.Session session, EndingRun run, Failed failed) {
        return heldBy(session, run, failed)
                .chain(hold ->
                        hold.isEmpty() || run.newer()
                                ? decided(session, run, failed)
                                : end.held(session, run, failed, hold.get())
                                        .chain(number ->
                                                tell(
                                                        session,
                                                        run,
                                                        RunPhase.RETRYING,
                                                        failed.saying(hold.get().sentence()),
                                                        number)));
    }

    private Uni<Optional<BreakerHold>> heldBy(
            Mutiny.Session session, EndingRun run, Failed failed) {
        Circumstances shared = failed.circumstances();
        return shared == null
                ? Uni.createFrom().item(Optional.empty())
                : breakers.failed(
                        session,
                        new SharedFailure(
                                run.row().runId(),
                                run.row().stack(),
                                run.row().kind(),
                                failed.code(),
                                shared));
    }

    private Uni<Void> decided(Mutiny.Session session, EndingRun run, Failed failed) {
        return follow(
                session,
                run,
                failed,
                RetryDecider.decide(
                        new RetryDecider.Failure(
                                failed.code(), failed.retryable(), run.attempts(), run.newer()),
                        jitter.next()));
    }

    /**
     * Ends a run whose worker had it and is gone, as the losses before it have it.
     *
     * @param together losses this close to each other may be those of one machine
     */
    Uni<Void> lost(Mutiny.Session session, EndingRun run, Failed lost, Duration together) {
        return losses.note(session, run, together)
                .chain(loss ->
                        follow(
                                session,
                                run,
                                lost.saying(loss.sentence()),
                                RetryDecider.decide(loss, jitter.next())));
    }

    private Uni<Void> follow(
            Mutiny.Session session, EndingRun run, Failed failed, RetryDecider.Verdict verdict) {
        return switch (verdict) {
            case RetryDecider.Verdict.Superseded _ ->
                    end.released(session, run, failed)
                            .chain(number ->
                                    tell(session, run, RunPhase.SUPERSEDED, failed, number));
            case RetryDecider.Verdict.Retry retry ->
                    end.retried(session, run, failed, retry)
                            .chain(number -> tell(session, run, RunPhase.RETRYING, failed, number));
            case RetryDecider.Verdict.GiveUp giveUp -> gaveUp(session, run, failed, giveUp);
        };
    }

    private Uni<Void> gaveUp(
            Mutiny.Session session,
            EndingRun run,
            Failed failed,
            RetryDecider.Verdict.GiveUp giveUp) {
        Failed last =
                giveUp.limitReached()
                        ? failed.saying(
                                "Tried %d times, the limit for %s."
                                        .formatted(giveUp.spent(), failed.code()))
                        : failed;
        return end.gaveUp(session, run, last, giveUp.spent())
                .call(() -> deadLetters.failedRun(session, letter(run, last, giveUp.spent())))
                .chain(number -> tell(session, run, RunPhase.FAILED, last, number));
    }

    /** Frees the stack of a run that was perhaps never received: it spends nothing. */
    Uni<Void> lostUnbegun(Mutiny.Session session, EndingRun run, Failed lost) {
        return end.released(session, run, lost)
                .chain(number -> tell(session, run, RunPhase.RETRYING, lost, number));
    }

    private Uni<Void> tell(
            Mutiny.Session session, EndingRun run, RunPhase phase, Failed failed, long number) {
        return news.tell(
                session,
                run.row(),
                new RunNews.Step(phase, failed.code(), failed.message(), failed.delta()),
                number);
    }

    private static FailedRun letter(EndingRun run, Failed failed, int attempts) {
        return new FailedRun(
                run.row().stack(),
                run.row().runId(),
                run.row().kind(),
                run.row().generation(),
                run.row().revision(),
                failed.code(),
                failed.message(),
                FailedRun.stage(run.row().phase()),
                attempts,
                run.row().traceparent());
    }
}
