package io.leasehold.state.breaker;

import io.leasehold.ledger.api.StackRef;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The statements on stacks that breakers hold. All join the caller's transaction and wait for no
 * stack that others have locked. The queue is the tables' own triggers'.
 */
@ApplicationScoped
class HeldRows {
    private static final String COULD_TRY =
            """
            hold_code = 'BREAKER' and hold_by = :id and due and lease_id is null
            and waiting_code is null and (not_before is null or not_before <= clock_timestamp())
            """;

    private static final String LET_GO =
            """
            update stack s set hold_code = null, hold_by = null, hold_reason = null, hold_since = null
            from these t
            where s.tenant_id = t.tenant_id and s.incarnation = t.incarnation and s.stack = t.stack
            """;

    /**
     * One of those that it holds and that could run now is let go: any that has not failed so
     * itself, while there is one. Whoever brought the breaker about would fail again.
     */
    Uni<Optional<StackRef>> letOneGo(Mutiny.Session session, String breakerId, String code) {
        return session.createNativeQuery(
                        """
                        with near as (
                            select tenant_id, incarnation, stack, last_run from stack
                            where {could-try} limit 200 for update skip locked
                        ), these as materialized (
                            select n.tenant_id, n.incarnation, n.stack from near n
                            left join run r on r.run_id = n.last_run
                            order by coalesce(r.code = :code, false), random() limit 1)
                        """
                                        .replace("{could-try}", COULD_TRY)
                                + LET_GO
                                + "returning s.tenant_id, s.incarnation, s.stack",
                        Tuple.class)
                .setParameter("id", breakerId)
                .setParameter("code", code)
                .getSingleResultOrNull()
                .map(row ->
                        row == null
                                ? Optional.empty()
                                : Optional.of(
                                        new StackRef(
                                                row.get("tenant_id", String.class),
                                                row.get("incarnation", Integer.class),
                                                row.get("stack", String.class))));
    }

    /** Whether it holds one that could run now, though others may have it locked. */
    Uni<Boolean> any(Mutiny.Session session, String breakerId) {
        return session.createNativeQuery(
                        "select exists (select 1 from stack where " + COULD_TRY + ")",
                        Boolean.class)
                .setParameter("id", breakerId)
                .getSingleResult();
    }

    /** Whether any breaker, open or closed, holds a stack. */
    Uni<Boolean> any(Mutiny.Session session) {
        return session.createNativeQuery(
                        "select exists (select 1 from stack where hold_code = 'BREAKER')",
                        Boolean.class)
                .getSingleResult();
    }

    /**
     * So many of those that no open breaker holds are let go; gives how many. Also what a breaker
     * held that nobody knows any more, as after a restore.
     */
    Uni<Integer> letGo(Mutiny.Session session, int most) {
        return session.createNativeQuery(
                        """
                        with recursive holding(id) as (
                            (select hold_by from stack where hold_code = 'BREAKER' order by hold_by limit 1)
                            union all
                            select (select s.hold_by from stack s where s.hold_code = 'BREAKER' and s.hold_by > h.id
                                order by s.hold_by limit 1)
                            from holding h where h.id is not null
                        ), these as materialized (
                            select s.tenant_id, s.incarnation, s.stack from holding h
                            join stack s on s.hold_code = 'BREAKER' and s.hold_by = h.id
                            where not exists (select 1 from breaker b
                                where b.breaker_id = h.id and b.phase <> 'CLOSED')
                            limit :most for update of s skip locked
                        )
                        """
                                + LET_GO)
                .setParameter("most", most)
                .executeUpdate();
    }
}
