package io.leasehold.state.run;

import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.ledger.api.StackRef;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Writes the ends of runs: the run's row and the run's columns of its stack. Safe to share. */
@ApplicationScoped
public class RunEnd {
    /** Frees the stack; each statement that ends a run has it. */
    private static final String RELEASE =
            """
            lease_id = null, lease_until = null, lease_beaten_at = null, lease_since = null,
            lease_worker = null, lease_boot = null, lease_request = null, lease_run = null,
            lease_phase = null, changed_at = clock_timestamp()
            """;

    private static final String OF_RUN =
            " where tenant_id = :tenant and incarnation = :incarnation and stack = :stack"
                    + " and lease_run = :run";

    /**
     * Locks the run's life and its stacks in name order. Null when the stack is not the run's any
     * more.
     */
    Uni<@Nullable EndingRun> lock(Mutiny.Session session, RunRow run) {
        return session.createNativeQuery(
                        """
                        select generation, observed_generation from life
                        where tenant_id = :tenant and incarnation = :incarnation for update
                        """,
                        Tuple.class)
                .setParameter("tenant", run.stack().tenantId())
                .setParameter("incarnation", run.stack().incarnation())
                .getSingleResult()
                .chain(life -> stacks(session, run).map(stacks -> ending(run, life, stacks)));
    }

    private static Uni<List<Tuple>> stacks(Mutiny.Session session, RunRow run) {
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
                .setParameter("tenant", run.stack().tenantId())
                .setParameter("incarnation", run.stack().incarnation())
                .getResultList();
    }

    private static @Nullable EndingRun ending(RunRow run, Tuple life, List<Tuple> stacks) {
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
                othersDone && !newer
                        ? life.get("generation", Long.class)
                        : life.get("observed_generation", Long.class));
    }

    /** The stack is at the run's revision; what was applied is remembered. */
    Uni<Void> applied(Mutiny.Session session, EndingRun run, OutcomeRequest outcome) {
        return update(
                        session,
                        run.row(),
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
                        query ->
                                query.setParameter("revision", run.row().revision())
                                        .setParameter("generation", run.row().generation()))
                .chain(() -> remember(session, run.row(), outcome.tofuVersion()))
                .chain(() -> finish(session, run.row(), Ending.of(outcome)));
    }

    private static Uni<Void> remember(Mutiny.Session session, RunRow run, String tofuVersion) {
        return session.createNativeQuery(
                        """
                        insert into stack_applied (tenant_id, incarnation, stack, revision, generation,
                            module_digest, inputs, endpoints, outputs_allowed, policy, timeout_millis,
                            blueprint_name, blueprint_version, tofu_version, run_id, state_version, applied_at)
                        select s.tenant_id, s.incarnation, s.stack, v.revision, s.applied_generation,
                            v.module_digest, v.inputs, v.endpoints, v.outputs_allowed, v.policy, v.timeout_millis,
                            r.blueprint_name, r.blueprint_version, :tofu, r.run_id, s.state_version,
                            clock_timestamp()
                        from run r
                        join stack s on s.tenant_id = r.tenant_id and s.incarnation = r.incarnation
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
                        """)
                .setParameter("tofu", tofuVersion)
                .setParameter("run", run.runId())
                .executeUpdate()
                .invoke(rows -> {
                    if (rows != 1) {
                        throw new IllegalStateException("the revision that was applied is unknown");
                    }
                })
                .replaceWithVoid();
    }

    /** The stack is gone. */
    Uni<Void> destroyed(Mutiny.Session session, EndingRun run, OutcomeRequest outcome) {
        return update(
                        session,
                        run.row(),
                        """
                        applied_revision = :revision,
                        applied_generation = case when revision = :revision then generation else :generation end,
                        destroyed = not wanted,
                        attempts = case when revision = :revision then 0 else attempts end,
                        replans = 0, failed_revision = 0, failed_code = null, failed_message = null,
                        not_before = null, due = revision <> :revision,
                        drift_run = null, drift_run_until = null
                        """,
                        query ->
                                query.setParameter("revision", run.row().revision())
                                        .setParameter("generation", run.row().generation()))
                .chain(() -> finish(session, run.row(), Ending.of(outcome)));
    }

    /** The stack is free; nothing else changes. */
    Uni<Void> released(Mutiny.Session session, EndingRun run, Failed failed) {
        return update(session, run.row(), "replans = replans", query -> query)
                .chain(() -> finish(session, run.row(), Ending.of(failed)));
    }

    /** The stack is free and due again after the wait. */
    Uni<Void> retried(
            Mutiny.Session session,
            EndingRun run,
            Failed failed,
            RetryDecider.Verdict.Retry retry) {
        return update(
                        session,
                        run.row(),
                        """
                        attempts = :spent, replans = 0, due = true,
                        not_before = clock_timestamp() + cast(:wait as bigint) * interval '1 millisecond'
                        """,
                        query ->
                                query.setParameter("spent", retry.spent())
                                        .setParameter("wait", retry.delay().toMillis()))
                .chain(() -> finish(session, run.row(), Ending.of(failed)));
    }

    /** The stack stands failed at the run's revision. */
    Uni<Void> gaveUp(Mutiny.Session session, EndingRun run, Failed failed, int spent) {
        return update(
                        session,
                        run.row(),
                        """
                        attempts = :spent, replans = 0, due = false, not_before = null,
                        failed_revision = :revision, failed_code = :code, failed_message = :message
                        """,
                        query ->
                                query.setParameter("spent", spent)
                                        .setParameter("revision", run.row().revision())
                                        .setParameter("code", failed.code())
                                        .setParameter("message", failed.message()))
                .chain(() -> finish(session, run.row(), Ending.of(failed)));
    }

    /** The plan was dropped; counted when it was for something newer. */
    Uni<Void> dropped(Mutiny.Session session, EndingRun run, Delta delta) {
        return update(
                        session,
                        run.row(),
                        "replans = case when :newer then replans + 1 else replans end",
                        query -> query.setParameter("newer", run.newer()))
                .chain(() -> finish(session, run.row(), new Ending("DROPPED", null, delta)));
    }

    /**
     * An operator stopped the run; the hold that was put on the stack keeps it from coming back.
     */
    Uni<Void> cancelled(Mutiny.Session session, EndingRun run, Delta delta) {
        return update(session, run.row(), "replans = 0", query -> query)
                .chain(() -> finish(session, run.row(), new Ending("CANCELLED", null, delta)));
    }

    /**
     * What an operator asked of the state is over: well or not, the stack is free and looked at
     * afresh. It is not tried again, and spends nothing that the stack's own runs have.
     */
    Uni<Void> operated(Mutiny.Session session, EndingRun run, OutcomeRequest outcome) {
        return operated(
                session,
                run,
                switch (outcome.result()) {
                    case FAILED -> Ending.of(Failed.of(outcome));
                    case SUCCEEDED, DROPPED, CANCELLED -> Ending.of(outcome);
                });
    }

    /** As {@link #operated(Mutiny.Session, EndingRun, OutcomeRequest)}, of a run that was lost. */
    Uni<Void> operated(Mutiny.Session session, EndingRun run, Failed failed) {
        return operated(session, run, Ending.of(failed));
    }

    private static Uni<Void> operated(Mutiny.Session session, EndingRun run, Ending ending) {
        return update(
                        session,
                        run.row(),
                        "drift_checked_at = null, drift_run = null, drift_run_until = null",
                        query -> query)
                .chain(() -> finish(session, run.row(), ending));
    }

    private interface Values {
        Mutiny.MutationQuery in(Mutiny.MutationQuery query);
    }

    private static Uni<Void> update(
            Mutiny.Session session, RunRow run, String columns, Values values) {
        StackRef stack = run.stack();
        Mutiny.MutationQuery query =
                session.createNativeQuery("update stack set " + columns + ", " + RELEASE + OF_RUN)
                        .setParameter("tenant", stack.tenantId())
                        .setParameter("incarnation", stack.incarnation())
                        .setParameter("stack", stack.stack())
                        .setParameter("run", run.runId());
        return values.in(query).executeUpdate().replaceWithVoid();
    }

    private record Ending(String result, @Nullable Failed failed, Delta delta) {
        static Ending of(OutcomeRequest outcome) {
            return new Ending(outcome.result().name(), null, outcome.delta());
        }

        static Ending of(Failed failed) {
            return new Ending(failed.result(), failed, failed.delta());
        }
    }

    private static Uni<Void> finish(Mutiny.Session session, RunRow run, Ending ending) {
        Failed failed = ending.failed();
        return session.createNativeQuery(
                        """
                        update run set phase = 'FINISHED', result = :result, code = cast(:code as text),
                            message = cast(:message as text), retryable = cast(:retryable as boolean),
                            add_count = :add, change_count = :change, destroy_count = :destroy,
                            finished_at = clock_timestamp()
                        where run_id = :run
                        """)
                .setParameter("result", ending.result())
                .setParameter("code", failed == null ? null : failed.code())
                .setParameter("message", failed == null ? null : failed.message())
                .setParameter("retryable", failed == null ? null : failed.retryable())
                .setParameter("add", ending.delta().add())
                .setParameter("change", ending.delta().change())
                .setParameter("destroy", ending.delta().destroy())
                .setParameter("run", run.runId())
                .executeUpdate()
                .replaceWithVoid();
    }
}
