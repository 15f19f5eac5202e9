package io.leasehold.state.orphan;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.run.RunRow;
import io.leasehold.state.tfstate.VersionRow;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** The statements of the ledger's own looks at open orphans. Most databases have none. */
@ApplicationScoped
class LookRows {
    private static final String OPEN =
            "o.kind = 'ORPHAN' and o.settled_at is null and o.deleted_at is null";

    /** The stack of the orphan {@code o}: its row, the version that is served, a person's lock. */
    private static final String STACK =
            """
            left join stack s on s.tenant_id = o.tenant_id and s.incarnation = o.incarnation
                and s.stack = o.stack
            left join state_lock k on k.tenant_id = o.tenant_id and k.incarnation = o.incarnation
                and k.stack = o.stack
            left join lateral (
                select v.version from state_version v
                where v.tenant_id = o.tenant_id and v.incarnation = o.incarnation and v.stack = o.stack
                  and v.kind <> 'ORPHAN' and v.deleted_at is null
                order by v.version desc limit 1) h on true
            """;

    private static final String HELD = "(s.lease_id is not null or k.lock_id is not null)";

    /**
     * All that an answer depends on and that may change: what is served, each claim and end of a
     * run, each version that comes, each orphan that is settled, and who holds the stack.
     */
    private static final String BASIS =
            """
            concat_ws(' ', coalesce(h.version, 0), coalesce(s.status_seq, 0), {held},
                coalesce(s.destroyed, false),
                (select max(v.version) from state_version v where v.tenant_id = o.tenant_id
                    and v.incarnation = o.incarnation and v.stack = o.stack),
                (select count(*) from state_version v where v.tenant_id = o.tenant_id
                    and v.incarnation = o.incarnation and v.stack = o.stack
                    and v.kind = 'ORPHAN' and v.settled_at is null))
            """
                    .replace("{held}", HELD);

    /** Beside: what was noted of orphans that are open no more, whoever settled them, goes. */
    private static final String NEXT =
            """
            with forgotten as (
                delete from orphan_look l where not exists (select 1 from state_version o
                    where o.tenant_id = l.tenant_id and o.incarnation = l.incarnation
                      and o.stack = l.stack and o.version = l.version and {open}))
            select o.tenant_id, o.incarnation, o.stack, o.version, l.basis is distinct from {basis} as due
            from (select o.tenant_id, o.incarnation, o.stack, o.version from state_version o
                where {open} and (o.tenant_id, o.incarnation, o.stack, o.version)
                    > (:tenant, :incarnation, :stack, :version)
                order by o.tenant_id, o.incarnation, o.stack, o.version limit :most) o
            left join orphan_look l on l.tenant_id = o.tenant_id and l.incarnation = o.incarnation
                and l.stack = o.stack and l.version = o.version
            {stack} order by o.tenant_id, o.incarnation, o.stack, o.version
            """
                    .replace("{open}", OPEN)
                    .replace("{basis}", BASIS)
                    .replace("{stack}", STACK);

    private static final String OF_ORPHAN =
            " where o.tenant_id = :tenant and o.incarnation = :incarnation and o.stack = :stack"
                    + " and o.version = :version and "
                    + OPEN;

    /** An open orphan. */
    record Key(StackRef stack, long version) {}

    /**
     * An open orphan in its turn.
     *
     * @param due it was not looked at as things are now
     */
    record Next(Key orphan, boolean due) {}

    /**
     * The next open orphans behind that one, in their order. One statement, and for most databases
     * all there is to do.
     */
    Uni<List<Next>> next(Mutiny.Session session, Key after, int most) {
        return session.createNativeQuery(NEXT, Tuple.class)
                .setParameter("tenant", after.stack().tenantId())
                .setParameter("incarnation", after.stack().incarnation())
                .setParameter("stack", after.stack().stack())
                .setParameter("version", after.version())
                .setParameter("most", most)
                .getResultList()
                .map(rows ->
                        rows.stream()
                                .map(row ->
                                        new Next(
                                                new Key(
                                                        VersionRow.stack(row),
                                                        row.get("version", Long.class)),
                                                row.get("due", Boolean.class)))
                                .toList());
    }

    /** On what an answer would rest now; empty when the orphan is not open any more. */
    Uni<Optional<String>> basis(Mutiny.Session session, Key orphan) {
        return of(
                        session.createNativeQuery(
                                "select " + BASIS + " from state_version o " + STACK + OF_ORPHAN,
                                String.class),
                        orphan)
                .getSingleResultOrNull()
                .map(Optional::ofNullable);
    }

    /**
     * What is known of an orphan beside the versions themselves, and on what that rests.
     *
     * @param head the version that is served; 0 for none
     */
    record Known(String basis, long head, Circumstances circumstances) {}

    /** Empty when the orphan is not open any more. */
    Uni<Optional<Known>> known(Mutiny.Session session, Key orphan) {
        return of(
                        session.createNativeQuery(
                                "select "
                                        + BASIS
                                        + """
                                         as basis, coalesce(h.version, 0) as head, s.stack is not null as managed,
                                            coalesce(s.destroyed, false) as destroyed, {held} as held,
                                            case when r.kind in ('APPLY', 'DESTROY') then {base} end as base,
                                            (select true from state_version v where {work}
                                                and v.version = h.version) as own,
                                            (select max(v.version) from state_version v where {work}
                                                and v.deleted_at is null and v.lineage = o.lineage
                                                and (v.serial, coalesce(v.copy_of, v.version))
                                                    > (o.serial, o.version)) as later,
                                            (select max(v.version) from state_version v
                                                where v.tenant_id = o.tenant_id and v.incarnation = o.incarnation
                                                  and v.stack = o.stack and v.kind = 'ORPHAN'
                                                  and v.settled_at is null and v.deleted_at is null
                                                  and v.run_id = r.run_id and v.lineage = o.lineage
                                                  and (v.serial, v.version) > (o.serial, o.version)) as newer,
                                            (select min(v.version) from state_version v
                                                where v.tenant_id = o.tenant_id and v.incarnation = o.incarnation
                                                  and v.stack = o.stack and v.kind = 'ORPHAN'
                                                  and v.settled_at is null
                                                  and v.run_id is distinct from r.run_id) as rival,
                                            (select max(x.run_id) from run x
                                                where x.tenant_id = o.tenant_id and x.incarnation = o.incarnation
                                                  and x.stack = o.stack and x.kind <> 'DRIFT'
                                                  and x.run_id <> r.run_id
                                                  and coalesce(x.lease_epoch > r.lease_epoch,
                                                      x.started_at >= r.started_at)
                                                  and x.result is not null and (x.result = 'LOST'
                                                      or x.code in {left-open})) as lost_run
                                        from state_version o
                                        """
                                                .replace("{held}", HELD)
                                                .replace("{base}", OrphanRows.BASE)
                                                .replace("{work}", OrphanRows.WORK)
                                                .replace("{left-open}", RunRow.LEFT_OPEN)
                                        + STACK
                                        + " left join run r on r.run_id = o.run_id"
                                        + OF_ORPHAN,
                                Tuple.class),
                        orphan)
                .getSingleResultOrNull()
                .map(row -> Optional.ofNullable(row).map(LookRows::known));
    }

    private static Known known(Tuple row) {
        return new Known(
                row.get("basis", String.class),
                row.get("head", Long.class),
                new Circumstances(
                        row.get("managed", Boolean.class),
                        row.get("destroyed", Boolean.class),
                        row.get("held", Boolean.class),
                        row.get("own", Boolean.class) != null,
                        row.get("base", Long.class),
                        row.get("later", Long.class),
                        row.get("newer", Long.class),
                        row.get("rival", Long.class),
                        row.get("lost_run", String.class)));
    }

    /**
     * Notes why an orphan stays open, and upon what that rests. Gives whether its code is another
     * one than before.
     */
    Uni<Boolean> note(Mutiny.Session session, Key orphan, String basis, Finding finding) {
        return session.createNativeQuery(
                        """
                        with before as (select code from orphan_look where tenant_id = :tenant
                            and incarnation = :incarnation and stack = :stack and version = :version),
                        noted as (
                            insert into orphan_look (tenant_id, incarnation, stack, version, basis, code,
                                finding, looked_at)
                            values (:tenant, :incarnation, :stack, :version, :basis, :code, :finding,
                                clock_timestamp())
                            on conflict (tenant_id, incarnation, stack, version) do update set
                                basis = excluded.basis, code = excluded.code, finding = excluded.finding,
                                looked_at = excluded.looked_at
                            returning code)
                        select n.code is distinct from b.code from noted n left join before b on true
                        """,
                        Boolean.class)
                .setParameter("tenant", orphan.stack().tenantId())
                .setParameter("incarnation", orphan.stack().incarnation())
                .setParameter("stack", orphan.stack().stack())
                .setParameter("version", orphan.version())
                .setParameter("basis", basis)
                .setParameter("code", finding.code())
                .setParameter("finding", finding.what())
                .getSingleResult();
    }

    private static <T> Mutiny.SelectionQuery<T> of(Mutiny.SelectionQuery<T> query, Key orphan) {
        return query.setParameter("tenant", orphan.stack().tenantId())
                .setParameter("incarnation", orphan.stack().incarnation())
                .setParameter("stack", orphan.stack().stack())
                .setParameter("version", orphan.version());
    }
}
