package io.leasehold.state.breaker;

import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.RowSet;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Holds stacks that are due and that a breaker covers, before a run of them begins. Sends nothing
 * while no breaker is open. In the caller's transaction, which has locked the stacks. Safe to
 * share.
 */
@ApplicationScoped
public class CoveredStacks {
    private final OpenBreakers open;

    CoveredStacks(OpenBreakers open) {
        this.open = open;
    }

    /** What a stack is due to run. */
    public record Due(StackRef stack, RunKind kind, String moduleDigest) {}

    private record Covered<T>(T of, Due due, BreakerRows.Row breaker) {}

    /** Those of these that run: no breaker covers them. The others are held from now on. */
    public <T> Uni<List<T>> hold(
            Mutiny.Session session, List<T> all, Function<? super T, Due> due) {
        return open.any(session)
                .chain(any -> any ? held(session, all, due) : Uni.createFrom().item(all));
    }

    private <T> Uni<List<T>> held(
            Mutiny.Session session, List<T> all, Function<? super T, Due> due) {
        List<Covered<T>> covered = new ArrayList<>();
        for (T each : all) {
            Due run = due.apply(each);
            open.covering(run.kind(), run.moduleDigest())
                    .forEach(breaker -> covered.add(new Covered<>(each, run, breaker)));
        }
        return write(session, covered)
                .map(held -> {
                    List<T> free = new ArrayList<>(all);
                    held.forEach(n -> free.remove(covered.get((int) (n - 1)).of()));
                    return free;
                });
    }

    /**
     * A provider's breaker is of tenants of its region whose runs had its credentials; those of a
     * stack that never ran, or whose worker does not tell, are not known, and it is held by its
     * module.
     */
    private static <T> Uni<List<Long>> write(Mutiny.Session session, List<Covered<T>> covered) {
        return RowSet.of(covered)
                .text("tenant", each -> each.due().stack().tenantId())
                .number("life", each -> each.due().stack().incarnation())
                .text("stack", each -> each.due().stack().stack())
                .text("breaker", each -> each.breaker().id())
                .text("why", each -> each.breaker().why())
                .select(
                        session,
                        """
                        update stack s set hold_code = 'BREAKER', hold_by = b.breaker_id, hold_reason = r.why,
                            hold_since = clock_timestamp(), hold_until = null
                        from {rows}
                        join breaker b on b.breaker_id = r.breaker and b.phase <> 'CLOSED'
                        join life l on l.tenant_id = r.tenant and l.incarnation = r.life
                        where s.tenant_id = r.tenant and s.incarnation = r.life and s.stack = r.stack
                          and s.lease_id is null and (s.hold_code is null or s.hold_until <= clock_timestamp())
                          and not (b.phase = 'HALF_OPEN' and b.probe_tenant = s.tenant_id
                              and b.probe_incarnation = s.incarnation and b.probe_stack = s.stack)
                          and (b.kind = 'MODULE' or coalesce(l.spec ->> 'region', '') = b.region
                              and coalesce((select o.credentials from run o where o.run_id = s.last_run),
                                  b.credentials) = b.credentials)
                        returning r.n
                        """,
                        Long.class);
    }
}
