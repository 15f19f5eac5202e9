package io.leasehold.state.orphan;

import io.leasehold.ledger.api.OrphanFinding;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateVersionView;
import io.leasehold.state.tfstate.VersionRow;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The statements on orphans. */
@ApplicationScoped
class OrphanRows {
    private static final String OF_STACK =
            " tenant_id = :tenant and incarnation = :incarnation and stack = :stack ";

    /**
     * Whether the version {@code v} is the work of the run {@code r}: it wrote it while it had the
     * right to, or left an orphan that was adopted.
     */
    static final String WORK =
            """
             v.tenant_id = r.tenant_id and v.incarnation = r.incarnation and v.stack = r.stack
             and (v.kind = 'RUN' and v.run_id = r.run_id
                 or v.kind = 'ADOPTED' and exists (select 1 from state_version p
                    where p.tenant_id = v.tenant_id and p.incarnation = v.incarnation
                      and p.stack = v.stack and p.version = v.copy_of and p.run_id = r.run_id))
            """;

    /** The newest version that the run {@code r} knew: what it made, else what it was given. */
    static final String BASE =
            " coalesce((select max(v.version) from state_version v where"
                    + WORK
                    + "), r.state_version) ";

    /** Orphans after a place, in the order of stacks and versions. */
    Uni<List<StateVersionView>> page(Mutiny.Session session, OrphanPage page) {
        return session.createNativeQuery(
                        "select"
                                + VersionRow.COLUMNS
                                + """
                                , l.code as found_code, l.finding as found, l.looked_at as found_at
                                from state_version left join orphan_look l
                                    using (tenant_id, incarnation, stack, version)
                                where kind = 'ORPHAN' and (settled_at is null or :settled) and deleted_at is null
                                  and tenant_id between coalesce(cast(:only as text), '')
                                      and coalesce(cast(:only as text), repeat('z', 64))
                                  and (tenant_id, incarnation, stack, version)
                                      > (:tenant, :incarnation, :stack, :version)
                                order by tenant_id, incarnation, stack, version limit :most
                                """,
                        Tuple.class)
                .setParameter("settled", page.settled())
                .setParameter("only", page.tenant())
                .setParameter("tenant", page.after().tenantId())
                .setParameter("incarnation", page.after().incarnation())
                .setParameter("stack", page.after().stack())
                .setParameter("version", page.version())
                .setParameter("most", page.limit())
                .getResultList()
                .map(rows ->
                        rows.stream().map(row -> VersionRow.of(row).with(finding(row))).toList());
    }

    /** What was noted of one that is settled is past. */
    private static @Nullable OrphanFinding finding(Tuple row) {
        Instant at = VersionRow.time(row, "found_at");
        return at == null || VersionRow.time(row, "settled_at") != null
                ? null
                : new OrphanFinding(
                        row.get("found_code", String.class),
                        row.get("found", String.class),
                        at.toString());
    }

    /** Locks the stack's life, if it has one: whoever plans locks it before the stack. */
    Uni<Void> lockLife(Mutiny.Session session, StackRef stack) {
        return session.createNativeQuery(
                        """
                        select incarnation from life
                        where tenant_id = :tenant and incarnation = :incarnation for update
                        """,
                        Integer.class)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .getSingleResultOrNull()
                .replaceWithVoid();
    }

    /**
     * The newest version that the run of an orphan knew: what it wrote last while it had the right
     * to or was adopted of it, else what it was given. Empty when its run is not known.
     */
    Uni<Optional<Long>> base(Mutiny.Session session, StackRef stack, String runId) {
        return session.createNativeQuery(
                        "select" + BASE + "from run r where r.run_id = :run and" + OF_STACK,
                        Long.class)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack())
                .setParameter("run", runId)
                .getSingleResultOrNull()
                .map(Optional::ofNullable);
    }

    /** Writes down what became of an orphan. */
    Uni<Void> settle(
            Mutiny.Session session, StateVersionView orphan, String as, String by, String reason) {
        return session.createNativeQuery(
                        """
                        update state_version set settled_as = :as, settled_at = clock_timestamp(),
                            settled_by = :by, settled_reason = :reason where
                        """
                                + OF_STACK
                                + "and version = :version")
                .setParameter("as", as)
                .setParameter("by", by)
                .setParameter("reason", reason)
                .setParameter("tenant", orphan.stack().tenantId())
                .setParameter("incarnation", orphan.stack().incarnation())
                .setParameter("stack", orphan.stack().stack())
                .setParameter("version", orphan.version())
                .executeUpdate()
                .replaceWithVoid();
    }
}
