package io.leasehold.state.orphan;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Finds the versions that may have taken over what an orphan owns. What they say is advice for
 * people and settles nothing: the ledger knows the inputs of a revision, and not the bindings by
 * which a worker gives runs their place and more inputs; and what runs and people let go of on
 * purpose is in no version.
 */
@ApplicationScoped
class Covering {
    /** So many versions are opened for one orphan, the newest ones. */
    private static final int MOST = 20;

    /**
     * Of what the run {@code x} worked: the hash of the revision whose inputs it was given. A
     * destroy is given what was applied before it, else what was wanted last. Null when that is no
     * longer known.
     */
    private static final String INPUTS =
            """
            (select case when v.wanted then nullif(v.input_hash, '')
                when a.revision is null then (select w.input_hash from stack_revision w
                    where w.tenant_id = x.tenant_id and w.incarnation = x.incarnation and w.stack = x.stack
                      and w.revision < x.revision and w.wanted order by w.revision desc limit 1)
                when a.applied_at < x.started_at then (select w.input_hash from stack_revision w
                    where w.tenant_id = x.tenant_id and w.incarnation = x.incarnation and w.stack = x.stack
                      and w.revision = a.revision and w.wanted) end
             from stack_revision v left join stack_applied a on a.tenant_id = v.tenant_id
                and a.incarnation = v.incarnation and a.stack = v.stack
             where v.tenant_id = x.tenant_id and v.incarnation = x.incarnation and v.stack = x.stack
               and v.revision = x.revision)
            """;

    /** Whether the run {@code x} worked with the inputs of the orphan's run {@code r}. */
    private static final String ALIKE =
            "x.kind in ('APPLY', 'DESTROY') and (x.run_id = r.run_id"
                    + " or (x.kind = r.kind and x.revision = r.revision)"
                    + " or "
                    + INPUTS
                    + " = "
                    + INPUTS.replace("x.", "r.")
                    + ")";

    private static final String SQL =
            """
            select c.version, c.size, coalesce((
                select bool_or({alike}) from run x where x.run_id in (
                    c.run_id,
                    (select p.run_id from state_version p where c.kind = 'ADOPTED'
                        and p.tenant_id = c.tenant_id and p.incarnation = c.incarnation
                        and p.stack = c.stack and p.version = c.copy_of),
                    (select a.run_id from stack_applied a where a.tenant_id = c.tenant_id
                        and a.incarnation = c.incarnation and a.stack = c.stack
                        and a.state_version = c.version))), false) as counts,
                c.kind = 'ADOPTED' or c.kind = 'RUN' and coalesce((select x.kind in ('APPLY', 'DESTROY')
                    from run x where x.run_id = c.run_id), false) as made
            from state_version o
            left join run r on r.run_id = o.run_id
            join state_version c on c.tenant_id = o.tenant_id and c.incarnation = o.incarnation
                and c.stack = o.stack and c.kind <> 'ORPHAN' and c.deleted_at is null
                and c.version >= :from
            where o.tenant_id = :tenant and o.incarnation = :incarnation and o.stack = :stack
              and o.version = :version
            order by c.version desc limit :most
            """
                    .replace("{alike}", ALIKE);

    /**
     * A version that is served, or was.
     *
     * @param size of the plain bytes
     * @param counts whether what it owns speaks for what the orphan owns
     * @param made whether it came of what a run did, so that what it lacks of those before it is
     *     gone; people may also have the state forget what still exists
     */
    record Version(long version, long size, boolean counts, boolean made) {}

    /**
     * Newest first, from the one that is served to the one that the orphan's run knew, or to the
     * last that people made; only the one that is served when its run is not known.
     */
    Uni<List<Version>> versions(
            Mutiny.Session session, LookRows.Key orphan, long head, @Nullable Long base) {
        return session.createNativeQuery(SQL, Tuple.class)
                .setParameter("from", base == null ? head : base)
                .setParameter("tenant", orphan.stack().tenantId())
                .setParameter("incarnation", orphan.stack().incarnation())
                .setParameter("stack", orphan.stack().stack())
                .setParameter("version", orphan.version())
                .setParameter("most", MOST)
                .getResultList()
                .map(rows ->
                        rows.stream()
                                .map(row ->
                                        new Version(
                                                row.get("version", Long.class),
                                                row.get("size", Long.class),
                                                row.get("counts", Boolean.class),
                                                row.get("made", Boolean.class)))
                                .toList())
                .map(Covering::untilAPerson);
    }

    /** What people made is the oldest one that is looked at. */
    private static List<Version> untilAPerson(List<Version> newestFirst) {
        List<Version> seen = new ArrayList<>();
        for (Version each : newestFirst) {
            seen.add(each);
            if (!each.made()) {
                break;
            }
        }
        return seen;
    }
}
