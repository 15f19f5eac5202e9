package io.leasehold.state.checkpoint;

import io.leasehold.ledger.api.PlanBinding;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.checkpoint.PlanCheckDecider.Bound;
import io.leasehold.state.checkpoint.PlanCheckDecider.Situation;
import io.leasehold.state.checkpoint.PlanCheckDecider.State;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * The statements on saved plans. All join the caller's transaction. That a plan goes when an apply
 * begins is seen to by a trigger of the database. Safe to share.
 */
@ApplicationScoped
public class PlanRows {
    private static final String OF_STACK =
            " where p.tenant_id = :tenant and p.incarnation = :incarnation and p.stack = :stack";

    /** What is of the run {@code r} now, of its life and of its stack, which is locked. */
    private static final String NOW =
            """
            from run r
            join stack s on s.tenant_id = r.tenant_id and s.incarnation = r.incarnation
                and s.stack = r.stack
            join life l on l.tenant_id = r.tenant_id and l.incarnation = r.incarnation
            left join state_version v on v.tenant_id = r.tenant_id and v.incarnation = r.incarnation
                and v.stack = r.stack and v.version = s.state_version
            """;

    /** A run at work under its lease. */
    record Holder(String runId, StackRef stack) {
        String context(String byRun) {
            return "plan:" + stack.key() + "/" + byRun;
        }
    }

    /**
     * A plan that was kept.
     *
     * @param runId the run that made it
     */
    record Kept(String runId, byte[] sealed, Function<Seen, Situation> situation) {}

    /** What the asking run would bind a plan of its own to. */
    record Seen(PlanBinding binding, String inputs) {}

    /** Locks the stack of a run; empty when the lease is not the run's any more. */
    Uni<Optional<Holder>> lock(Mutiny.Session session, String runId, String leaseId) {
        return session.createNativeQuery(
                        """
                        select s.tenant_id, s.incarnation, s.stack
                        from run r
                        join stack s on s.tenant_id = r.tenant_id and s.incarnation = r.incarnation
                            and s.stack = r.stack
                        where r.run_id = :run and s.lease_run = :run and s.lease_id = :lease
                        for update of s
                        """,
                        Tuple.class)
                .setParameter("run", runId)
                .setParameter("lease", leaseId)
                .getSingleResultOrNull()
                .map(row ->
                        Optional.ofNullable(row)
                                .map(found ->
                                        new Holder(
                                                runId,
                                                new StackRef(
                                                        found.get("tenant_id", String.class),
                                                        found.get("incarnation", Integer.class),
                                                        found.get("stack", String.class)))));
    }

    /**
     * Keeps a plan in the place of any other; false when the run applies already, or the state is
     * not the one that it was given.
     */
    Uni<Boolean> keep(
            Mutiny.Session session, Holder holder, Seen made, byte[] sealed, Duration keepFor) {
        return session.createNativeQuery(
                        """
                        insert into stack_plan (tenant_id, incarnation, stack, run_id, kind, mode, generation,
                            revision, state_version, lineage, serial, module_digest, lock_digest, tofu_version,
                            inputs_mac, made_at, expires_at, plan)
                        select r.tenant_id, r.incarnation, r.stack, r.run_id, r.kind, :mode, l.generation,
                            r.revision, s.state_version, v.lineage, v.serial, :module, :lock, :tofu,
                            :inputs, clock_timestamp(),
                            clock_timestamp() + cast(:keep as bigint) * interval '1 millisecond', :plan
                        """
                                + NOW
                                + """
                                where r.run_id = :run and r.phase in ('CLAIMED', 'PREPARING', 'PLANNING')
                                  and r.state_version = s.state_version
                                on conflict (tenant_id, incarnation, stack) do update set
                                    run_id = excluded.run_id, kind = excluded.kind, mode = excluded.mode,
                                    generation = excluded.generation, revision = excluded.revision,
                                    state_version = excluded.state_version, lineage = excluded.lineage,
                                    serial = excluded.serial, module_digest = excluded.module_digest,
                                    lock_digest = excluded.lock_digest, tofu_version = excluded.tofu_version,
                                    inputs_mac = excluded.inputs_mac, made_at = excluded.made_at,
                                    expires_at = excluded.expires_at, plan = excluded.plan
                                """)
                .setParameter("run", holder.runId())
                .setParameter("mode", made.binding().mode())
                .setParameter("module", made.binding().moduleDigest())
                .setParameter("lock", made.binding().lockDigest())
                .setParameter("tofu", made.binding().tofuVersion())
                .setParameter("inputs", made.inputs())
                .setParameter("keep", keepFor.toMillis())
                .setParameter("plan", sealed)
                .executeUpdate()
                .map(rows -> rows == 1);
    }

    /** The plan of the stack and what there is to say of it now; empty when there is none. */
    Uni<Optional<Kept>> find(Mutiny.Session session, Holder holder) {
        return session.createNativeQuery(
                        """
                        select p.run_id, p.plan, p.kind, p.mode, p.generation, p.revision, p.state_version,
                            p.lineage, p.serial, p.module_digest, p.lock_digest, p.tofu_version,
                            p.inputs_mac, p.expires_at < clock_timestamp() as expired,
                            r.phase as now_phase, r.kind as now_kind, l.generation as now_generation,
                            s.revision as now_revision, s.state_version as now_state_version,
                            v.lineage as now_lineage, v.serial as now_serial
                        """
                                + NOW
                                + """
                                join stack_plan p on p.tenant_id = r.tenant_id
                                    and p.incarnation = r.incarnation and p.stack = r.stack
                                where r.run_id = :run
                                """,
                        Tuple.class)
                .setParameter("run", holder.runId())
                .getSingleResultOrNull()
                .map(row -> Optional.ofNullable(row).map(PlanRows::kept));
    }

    private static Kept kept(Tuple row) {
        return new Kept(
                row.get("run_id", String.class),
                row.get("plan", byte[].class),
                seen ->
                        new Situation(
                                bound(
                                        row,
                                        "",
                                        new Seen(
                                                new PlanBinding(
                                                        row.get("mode", String.class),
                                                        row.get("module_digest", String.class),
                                                        row.get("lock_digest", String.class),
                                                        row.get("tofu_version", String.class),
                                                        ""),
                                                row.get("inputs_mac", String.class))),
                                bound(row, "now_", seen),
                                RunPhase.valueOf(row.get("now_phase", String.class)),
                                row.get("expired", Boolean.class)));
    }

    private static Bound bound(Tuple row, String prefix, Seen seen) {
        return new Bound(
                RunKind.valueOf(row.get(prefix + "kind", String.class)),
                seen.binding().mode(),
                row.get(prefix + "generation", Long.class),
                row.get(prefix + "revision", Long.class),
                new State(
                        row.get(prefix + "state_version", Long.class),
                        row.get(prefix + "lineage", String.class),
                        (@Nullable Long) row.get(prefix + "serial", Long.class)),
                seen.binding().moduleDigest(),
                seen.binding().lockDigest(),
                seen.binding().tofuVersion(),
                seen.inputs());
    }

    /** Removes the plan of a stack, if there is one. */
    public Uni<Void> remove(Mutiny.Session session, StackRef stack) {
        return session.createNativeQuery("delete from stack_plan p" + OF_STACK)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack())
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Removes plans whose time is over, at most so many; gives how many went. */
    Uni<Integer> removeExpired(Mutiny.Session session, long nowMillis, int most) {
        return session.createNativeQuery(
                        """
                        delete from stack_plan where ctid in (
                            select ctid from stack_plan
                            where expires_at < to_timestamp(cast(:now as bigint) / 1000.0)
                            order by expires_at limit :most for update skip locked)
                        """)
                .setParameter("now", nowMillis)
                .setParameter("most", most)
                .executeUpdate();
    }
}
