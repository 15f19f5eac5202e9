package io.leasehold.state.run;

import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.breaker.BreakerHold;
import io.leasehold.state.deadletter.DeadLetters;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Writes the ends of runs, each with one statement: the run's row and the run's columns of its
 * stack. Gives the number of the stack's status event that is to tell of it. Safe to share.
 */
@ApplicationScoped
public class RunEnd {
    /** Frees the stack and takes its next number; each statement that ends a run has it. */
    private static final String RELEASE =
            """
            lease_id = null, lease_until = null, lease_beaten_at = null, lease_since = null,
            lease_worker = null, lease_boot = null, lease_request = null, lease_run = null,
            lease_phase = null, status_seq = status_seq + 1, changed_at = clock_timestamp()
            """;

    private static final String OF_RUN =
            " where tenant_id = :tenant and incarnation = :incarnation and stack = :stack"
                    + " and lease_run = :run";

    private static final String FINISHED =
            """
             returning tenant_id, incarnation, stack, applied_generation, state_version, status_seq),
            finished as (
                update run set phase = 'FINISHED', result = :result, code = cast(:code as text),
                    message = cast(:message as text), retryable = cast(:retryable as boolean),
                    credentials = cast(:credentials as text), add_count = :add, change_count = :change, destroy_count = :destroy,
                    finished_at = clock_timestamp()
                where run_id = :run)
            """;

    private static final String REMEMBERED =
            """
            , remembered as (
                insert into stack_applied (tenant_id, incarnation, stack, revision, generation,
                    module_digest, inputs, endpoints, outputs_allowed, policy, timeout_millis,
                    blueprint_name, blueprint_version, tofu_version, run_id, state_version, applied_at)
                select s.tenant_id, s.incarnation, s.stack, v.revision, s.applied_generation,
                    v.module_digest, v.inputs, v.endpoints, v.outputs_allowed, v.policy, v.timeout_millis,
                    r.blueprint_name, r.blueprint_version, :tofu, r.run_id, s.state_version,
                    clock_timestamp()
                from run r
                join ended s on s.tenant_id = r.tenant_id and s.incarnation = r.incarnation
                    and s.stack = r.stack
                join stack_revision v on v.tenant_id = r.tenant_id and v.incarnation = r.incarnation
                    and v.stack = r.stack and v.revision = r.revision
                where r.run_id = :run
                on conflict (tenant_id, incarnation, stack) do update set
                    revision = excluded.revision, generation = excluded.generation,
                    module_digest = excluded.module_digest, inputs = excluded.inputs,
                    endpoints = excluded.endpoints, outputs_allowed = excluded.outputs_allowed,
                    policy = excluded.policy, timeout_millis = excluded.timeout_millis,
                    blueprint_name = excluded.blueprint_name,
                    blueprint_version = excluded.blueprint_version,
                    tofu_version = excluded.tofu_version, run_id = excluded.run_id,
                    state_version = excluded.state_version, applied_at = excluded.applied_at
                returning 1)
            """;

    private static final String CLOSED = ", closed as (" + DeadLetters.CLOSE_SUPERSEDED + ")";

    /** A run and its life, which is locked. */
    record OfLife(RunRow run, long generation, long observedGeneration) {
        private static OfLife of(Tuple row) {
            return new OfLife(
                    RunRow.of(row),
                    row.get("life_generation", Long.class),
                    row.get("observed_generation", Long.class));
        }
    }

    /**
     * Locks the life of a run; null when there is no such run. What is read of the run beside may
     * be from before the lock: what does not change once it was claimed.
     */
    Uni<@Nullable OfLife> lockLife(Mutiny.Session session, String runId) {
        return session.createNativeQuery(
                        "select "
                                + RunRow.COLUMNS
                                + """
                                , l.generation as life_generation, l.observed_generation
                                from run r
                                join life l on l.tenant_id = r.tenant_id and l.incarnation = r.incarnation
                                where r.run_id = :run for update of l
                                """,
                        Tuple.class)
                .setParameter("run", runId)
                .getSingleResultOrNull()
                .map(row -> row == null ? null : OfLife.of(row));
    }

    /**
     * Locks the stacks of the life in name order. Null when the stack is not the run's any more.
     */
    Uni<@Nullable EndingRun> lockStacks(Mutiny.Session session, OfLife life) {
        StackRef stack = life.run().stack();
        return session.createNativeQuery(
                        """
                        select stack, wanted, destroyed, revision, applied_revision, generation, attempts,
                               lease_run, lease_beaten_at is not null as beaten,
                               (select md5 from state_version v
                                   where v.tenant_id = stack.tenant_id and v.incarnation = stack.incarnation
                                     and v.stack = stack.stack and v.version = stack.state_version) as state_md5
                        from stack where tenant_id = :tenant and incarnation = :incarnation
                        order by stack for update
                        """,
                        Tuple.class)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .getResultList()
                .map(stacks -> ending(life, stacks));
    }

    private static @Nullable EndingRun ending(OfLife life, List<Tuple> stacks) {
        RunRow run = life.run();
        boolean othersDone = true;
        Tuple own = null;
        for (Tuple stack : stacks) {
            if (stack.get("stack", String.class).equals(run.stack().stack())) {
                own = stack;
            } else if (stack.get("wanted", Boolean.class)) {
                othersDone &=
                        stack.get("revision", Long.class)
                                .equals(stack.get("applied_revision", Long.class));
            } else {
                othersDone &= stack.get("destroyed", Boolean.class);
            }
        }
        if (own == null || !run.runId().equals(own.get("lease_run", String.class))) {
            return null;
        }
        boolean newer = own.get("revision", Long.class) > run.revision();
        return new EndingRun(
                run,
                own.get("attempts", Integer.class),
                newer,
                own.get("beaten", Boolean.class),
                own.get("state_md5", String.class),
                othersDone && !newer ? life.generation() : life.observedGeneration());
    }

    /**
     * The stack is at the run's revision; what was applied is remembered, and dead letters of runs
     * before it are closed.
     */
    Uni<Long> applied(Mutiny.Session session, EndingRun run, OutcomeRequest outcome) {
        return ended(
                session,
                run.row(),
                new Ending(
                        """
                        applied_revision = :revision,
                        applied_generation = case when revision = :revision then generation else :generation end,
                        attempts = case when revision = :revision then 0 else attempts end,
                        replans = 0, failed_revision = 0, failed_code = null, failed_message = null,
                        not_before = null, due = revision <> :revision, apply_started = true,
                        drift_run = null, drift_run_until = null,
                        drift_checked_at = case when exists (select 1 from drift d
                                where d.tenant_id = stack.tenant_id and d.incarnation = stack.incarnation
                                  and d.stack = stack.stack)
                            then null else clock_timestamp() end
                        """,
                        List.of(REMEMBERED, CLOSED),
                        query ->
                                query.setParameter("revision", run.row().revision())
                                        .setParameter("generation", run.row().generation())
                                        .setParameter("tofu", outcome.tofuVersion())),
                RunResult.of(outcome));
    }

    /** The stack is gone, and the dead letters of its runs are closed. */
    Uni<Long> destroyed(Mutiny.Session session, EndingRun run, OutcomeRequest outcome) {
        return ended(
                session,
                run.row(),
                new Ending(
                        """
                        applied_revision = :revision,
                        applied_generation = case when revision = :revision then generation else :generation end,
                        destroyed = not wanted,
                        attempts = case when revision = :revision then 0 else attempts end,
                        replans = 0, failed_revision = 0, failed_code = null, failed_message = null,
                        not_before = null, due = revision <> :revision,
                        drift_run = null, drift_run_until = null
                        """,
                        List.of(CLOSED),
                        query ->
                                query.setParameter("revision", run.row().revision())
                                        .setParameter("generation", run.row().generation())),
                RunResult.of(outcome));
    }

    /** The stack is free; nothing else changes. */
    Uni<Long> released(Mutiny.Session session, EndingRun run, Failed failed) {
        return ended(
                session,
                run.row(),
                new Ending("replans = replans", query -> query),
                RunResult.of(failed));
    }

    /** The stack is free and due again after the wait. */
    Uni<Long> retried(
            Mutiny.Session session,
            EndingRun run,
            Failed failed,
            RetryDecider.Verdict.Retry retry) {
        return ended(
                session,
                run.row(),
                new Ending(
                        """
                        attempts = :spent, replans = 0, due = true,
                        not_before = clock_timestamp() + cast(:wait as bigint) * interval '1 millisecond'
                        """,
                        query ->
                                query.setParameter("spent", retry.spent())
                                        .setParameter("wait", retry.delay().toMillis())),
                RunResult.of(failed));
    }

    /** The stack is free, has spent nothing, and waits for a breaker unless a person holds it. */
    Uni<Long> held(Mutiny.Session session, EndingRun run, Failed failed, BreakerHold hold) {
        return ended(
                session,
                run.row(),
                new Ending(
                        """
                        replans = 0, due = true, not_before = null,
                        hold_by = case when hold_code is null then :holdBy else hold_by end,
                        hold_reason = case when hold_code is null then :holdReason else hold_reason end,
                        hold_since = case when hold_code is null then clock_timestamp() else hold_since end,
                        hold_code = coalesce(hold_code, 'BREAKER')
                        """,
                        query ->
                                query.setParameter("holdBy", hold.breakerId())
                                        .setParameter("holdReason", hold.reason())),
                RunResult.of(failed));
    }

    /** The stack stands failed at the run's revision. */
    Uni<Long> gaveUp(Mutiny.Session session, EndingRun run, Failed failed, int spent) {
        return ended(
                session,
                run.row(),
                new Ending(
                        """
                        attempts = :spent, replans = 0, due = false, not_before = null,
                        failed_revision = :revision, failed_code = :failedCode, failed_message = :failedMessage
                        """,
                        query ->
                                query.setParameter("spent", spent)
                                        .setParameter("revision", run.row().revision())
                                        .setParameter("failedCode", failed.code())
                                        .setParameter("failedMessage", failed.message())),
                RunResult.of(failed));
    }

    /** The plan was dropped; counted when it was for something newer. */
    Uni<Long> dropped(Mutiny.Session session, EndingRun run, Delta delta) {
        return ended(
                session,
                run.row(),
                new Ending(
                        "replans = case when :newer then replans + 1 else replans end",
                        query -> query.setParameter("newer", run.newer())),
                new RunResult("DROPPED", null, delta, null));
    }

    /**
     * An operator stopped the run; the hold that was put on the stack keeps it from coming back.
     */
    Uni<Long> cancelled(Mutiny.Session session, EndingRun run, Delta delta) {
        return ended(
                session,
                run.row(),
                new Ending("replans = 0", query -> query),
                new RunResult("CANCELLED", null, delta, null));
    }

    /**
     * What an operator asked of the state is over: well or not, the stack is free and looked at
     * afresh. It is not tried again, and spends nothing that the stack's own runs have.
     */
    Uni<Void> operated(Mutiny.Session session, EndingRun run, OutcomeRequest outcome) {
        return operated(session, run, RunResult.of(outcome));
    }

    /** As {@link #operated(Mutiny.Session, EndingRun, OutcomeRequest)}, of a run that was lost. */
    Uni<Void> operated(Mutiny.Session session, EndingRun run, Failed failed) {
        return operated(session, run, RunResult.of(failed));
    }

    private static Uni<Void> operated(Mutiny.Session session, EndingRun run, RunResult result) {
        return ended(
                        session,
                        run.row(),
                        new Ending(
                                "drift_checked_at = null, drift_run = null, drift_run_until = null",
                                query -> query),
                        result)
                .replaceWithVoid();
    }

    private interface Values {
        Mutiny.SelectionQuery<Tuple> in(Mutiny.SelectionQuery<Tuple> query);
    }

    /**
     * What becomes of the stack.
     *
     * @param columns that change beside those of the lease
     * @param more other parts of the statement
     */
    private record Ending(String columns, List<String> more, Values values) {
        Ending(String columns, Values values) {
            this(columns, List.of(), values);
        }

        private boolean remembers() {
            return more.contains(REMEMBERED);
        }
    }

    private static Uni<Long> ended(
            Mutiny.Session session, RunRow run, Ending ending, RunResult result) {
        Failed failed = result.failed();
        Mutiny.SelectionQuery<Tuple> query =
                session.createNativeQuery(
                        "with ended as (update stack set "
                                + ending.columns()
                                + ", "
                                + RELEASE
                                + OF_RUN
                                + FINISHED
                                + String.join("", ending.more())
                                + " select status_seq"
                                + (ending.remembers()
                                        ? ", (select count(*) from remembered) as remembered"
                                        : "")
                                + " from ended",
                        Tuple.class);
        return ending.values()
                .in(query)
                .setParameter("tenant", run.stack().tenantId())
                .setParameter("incarnation", run.stack().incarnation())
                .setParameter("stack", run.stack().stack())
                .setParameter("run", run.runId())
                .setParameter("result", result.result())
                .setParameter("code", failed == null ? null : failed.code())
                .setParameter("message", failed == null ? null : failed.message())
                .setParameter("retryable", failed == null ? null : failed.retryable())
                .setParameter("credentials", result.credentials())
                .setParameter("add", result.delta().add())
                .setParameter("change", result.delta().change())
                .setParameter("destroy", result.delta().destroy())
                .getSingleResult()
                .map(row -> {
                    if (ending.remembers() && row.get("remembered", Long.class) != 1) {
                        throw new IllegalStateException("the revision that was applied is unknown");
                    }
                    return row.get("status_seq", Long.class);
                });
    }
}
