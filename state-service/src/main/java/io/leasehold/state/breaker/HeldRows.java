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

    /** One of those that it holds and that could run now, any of them, is let go. */
    Uni<Optional<StackRef>> letOneGo(Mutiny.Session session, String breakerId) {
        return session.createNativeQuery(
                        """
                        with near as (
                            select tenant_id, incarnation, stack from stack
                            where {could-try} limit 200 for update skip locked
                        ), these as materialized (select * from near order by random() limit 1)
                        """
                                        .replace("{could-try}", COULD_TRY)
                                + LET_GO
                                + "returning s.tenant_id, s.incarnation, s.stack",
                        Tuple.class)
                .setParameter("id", breakerId)
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

    /**
     * So many of those that closed breakers hold are let go; gives how many. A breaker that closed
     * is looked at for a day: no transaction that may still hold by it is open for longer.
     */
    Uni<Integer> letGo(Mutiny.Session session, int most) {
        return session.createNativeQuery(
                        """
                        with these as materialized (
                            select s.tenant_id, s.incarnation, s.stack from breaker b
                            join stack s on s.hold_code = 'BREAKER' and s.hold_by = b.breaker_id
                            where b.phase = 'CLOSED' and b.closed_at > clock_timestamp() - interval '1 day'
                            limit :most for update of s skip locked
                        )
                        """
                                + LET_GO)
                .setParameter("most", most)
                .executeUpdate();
    }
}
