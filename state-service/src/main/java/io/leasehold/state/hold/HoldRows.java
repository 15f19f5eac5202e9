package io.leasehold.state.hold;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.checkpoint.PlanRows;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The statements on holds. All join the caller's transaction. */
@ApplicationScoped
class HoldRows {
    private static final String OF_LIFE =
            " where tenant_id = :tenant and incarnation = :incarnation ";

    /** What is written; times are ISO-8601. */
    record Hold(HoldCode code, String by, String reason, @Nullable String until) {}

    /** A life, or one stack of it. */
    record Target(String tenantId, int incarnation, @Nullable String stack) {
        @Override
        public String toString() {
            return tenantId + "/" + incarnation + (stack == null ? "" : "/" + stack);
        }
    }

    /**
     * A stack as it stands, under its lock.
     *
     * @param code of the hold in force; null when there is none
     * @param held by whom, until when and why, for people
     */
    record Held(String stack, @Nullable String code, @Nullable String held, @Nullable String run) {}

    /**
     * Locks the life, then its stacks in name order, and gives those that are meant. Empty when
     * there are none.
     */
    Uni<List<Held>> lock(Mutiny.Session session, Target target) {
        return session.createNativeQuery(
                        "select 1 from life" + OF_LIFE + "for update", Integer.class)
                .setParameter("tenant", target.tenantId())
                .setParameter("incarnation", target.incarnation())
                .getResultList()
                .chain(() ->
                        session.createNativeQuery(
                                        """
                                        select stack, lease_run,
                                            case when hold_until is null or hold_until > clock_timestamp()
                                                then hold_code end as code,
                                            concat(hold_code, ', by ', hold_by, to_char(hold_until at time zone 'UTC',
                                                '" until "YYYY-MM-DD"T"HH24:MI:SS"Z"'), ': ', hold_reason) as held
                                        from stack
                                        """
                                                + OF_LIFE
                                                + "order by stack for update",
                                        Tuple.class)
                                .setParameter("tenant", target.tenantId())
                                .setParameter("incarnation", target.incarnation())
                                .getResultList())
                .map(rows ->
                        rows.stream()
                                .map(HoldRows::held)
                                .filter(row ->
                                        target.stack() == null
                                                || row.stack().equals(target.stack()))
                                .toList());
    }

    private static Held held(Tuple row) {
        return new Held(
                row.get("stack", String.class),
                row.get("code", String.class),
                row.get("held", String.class),
                row.get("lease_run", String.class));
    }

    /** Whether there is such a life. */
    Uni<Boolean> isKnown(Mutiny.Session session, Target target) {
        return session.createNativeQuery("select 1 from life" + OF_LIFE, Integer.class)
                .setParameter("tenant", target.tenantId())
                .setParameter("incarnation", target.incarnation())
                .getSingleResultOrNull()
                .map(found -> found != null);
    }

    private final PlanRows plans;

    /** Has plans of held stacks removed by {@code plans}. */
    HoldRows(PlanRows plans) {
        this.plans = plans;
    }

    /** Holds one stack. A plan that waits is void, also when the stack is let go again. */
    Uni<Void> hold(Mutiny.Session session, Target target, String stack, Hold hold) {
        return put(session, "stack", OF_LIFE + "and stack = :stack", target, hold)
                .setParameter("stack", stack)
                .executeUpdate()
                .chain(() ->
                        plans.remove(
                                session,
                                new StackRef(target.tenantId(), target.incarnation(), stack)));
    }

    /** Holds what a life will yet come to have. */
    Uni<Void> holdLife(Mutiny.Session session, Target target, Hold hold) {
        return put(session, "life", OF_LIFE, target, hold).executeUpdate().replaceWithVoid();
    }

    private static Mutiny.MutationQuery put(
            Mutiny.Session session, String table, String where, Target target, Hold hold) {
        return session.createNativeQuery(
                        "update "
                                + table
                                + """
                                 set hold_code = :code, hold_by = :by, hold_reason = :reason,
                                    hold_since = clock_timestamp(),
                                    hold_until = cast(cast(:until as text) as timestamptz)
                                """
                                + where)
                .setParameter("code", hold.code().name())
                .setParameter("by", hold.by())
                .setParameter("reason", hold.reason())
                .setParameter("until", hold.until())
                .setParameter("tenant", target.tenantId())
                .setParameter("incarnation", target.incarnation());
    }

    /** Lets go one stack. */
    Uni<Void> letGo(Mutiny.Session session, Target target, String stack) {
        return clear(session, "stack", OF_LIFE + "and stack = :stack", target)
                .setParameter("stack", stack)
                .executeUpdate()
                .replaceWithVoid();
    }

    /** What a life comes to have is no longer held. */
    Uni<Void> letGoLife(Mutiny.Session session, Target target) {
        return clear(session, "life", OF_LIFE, target).executeUpdate().replaceWithVoid();
    }

    /** Lets go all of a life's holds whose time is over. */
    Uni<Void> letGoEnded(Mutiny.Session session, Target life) {
        String ended = OF_LIFE + "and hold_until <= clock_timestamp()";
        return clear(session, "life", ended, life)
                .executeUpdate()
                .chain(() -> clear(session, "stack", ended, life).executeUpdate())
                .replaceWithVoid();
    }

    private static Mutiny.MutationQuery clear(
            Mutiny.Session session, String table, String where, Target target) {
        return session.createNativeQuery(
                        "update "
                                + table
                                + """
                                 set hold_code = null, hold_by = null, hold_reason = null, hold_since = null,
                                    hold_until = null
                                """
                                + where)
                .setParameter("tenant", target.tenantId())
                .setParameter("incarnation", target.incarnation());
    }

    /** Lives with a hold whose time is over. */
    Uni<List<Target>> ended(Mutiny.Session session, int most) {
        return session.createNativeQuery(
                        """
                        select tenant_id, incarnation from stack where hold_until <= statement_timestamp()
                        union
                        select tenant_id, incarnation from life where hold_until <= statement_timestamp()
                        """,
                        Tuple.class)
                .setMaxResults(most)
                .getResultList()
                .map(rows ->
                        rows.stream()
                                .map(row ->
                                        new Target(
                                                row.get(0, String.class),
                                                row.get(1, Integer.class),
                                                null))
                                .toList());
    }

    /** Notes at a run that it was asked to stop; who asked first stays noted. */
    Uni<Void> cancel(Mutiny.Session session, String runId, String by, String reason) {
        return session.createNativeQuery(
                        """
                        update run set cancel_at = clock_timestamp(), cancel_by = :by, cancel_reason = :reason
                        where run_id = :run and cancel_at is null
                        """)
                .setParameter("by", by)
                .setParameter("reason", reason)
                .setParameter("run", runId)
                .executeUpdate()
                .replaceWithVoid();
    }
}
