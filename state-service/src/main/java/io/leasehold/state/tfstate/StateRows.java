package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.audit.Along;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * The statements on state_version and state_lock that runs and people's tofu need. All join the
 * caller's transaction.
 */
@ApplicationScoped
class StateRows {
    /** What the audit adds to the name of the stack of an added version. */
    static final String WITH_VERSION = " || ' version ' || version";

    private static final String OF_STACK =
            " tenant_id = :tenant and incarnation = :incarnation and stack = :stack ";
    private static final String NEWEST =
            "and kind <> 'ORPHAN' and deleted_at is null order by version desc limit 1";

    /** Who holds a stack, and the newest version of its state that is served; null for none. */
    record Held(StackHold hold, @Nullable StateHead head) {}

    /**
     * Locks the stack until the transaction ends and says who holds it. The stack's row is the
     * lock; a stack the ledger does not know has none, so its name is locked instead.
     */
    Uni<Held> hold(Mutiny.Session session, StackRef stack) {
        return query(session, "select * from stack_hold(:tenant, :incarnation, :stack)", stack)
                .getSingleResult()
                .map(row -> new Held(hold(row), head(row)));
    }

    /** What stands for the row of a stack that has none, when it is locked. */
    static String lockedName(StackRef stack) {
        return "stack:" + stack.key();
    }

    /** What {@code stack_hold} says of who holds a stack. */
    static StackHold hold(Tuple row) {
        return new StackHold(
                row.get("managed", Boolean.class),
                row.get("lease_id", String.class),
                row.get("lease_run", String.class),
                row.get("lease_worker", String.class),
                timeIfAny(row, "lease_since"),
                row.get("lock_id", String.class),
                row.get("lock_info", String.class),
                row.get("lock_holder", String.class),
                timeIfAny(row, "lock_since"));
    }

    private static @Nullable StateHead head(Tuple row) {
        return row.get("head_version") == null
                ? null
                : new StateHead(
                        number(row, "head_version"),
                        row.get("head_lineage", String.class),
                        number(row, "head_serial"),
                        row.get("head_md5", String.class));
    }

    /** The newest version that is served: neither an orphan nor deleted. */
    Uni<Optional<StateHead>> head(Mutiny.Session session, StackRef stack) {
        return query(
                        session,
                        "select version, lineage, serial, md5 from state_version where"
                                + OF_STACK
                                + NEWEST,
                        stack)
                .getSingleResultOrNull()
                .map(row ->
                        row == null
                                ? Optional.empty()
                                : Optional.of(
                                        new StateHead(
                                                number(row, "version"),
                                                row.get("lineage", String.class),
                                                number(row, "serial"),
                                                row.get("md5", String.class))));
    }

    /** The packed bytes of the newest version that is served. */
    Uni<Optional<Stored>> newest(Mutiny.Session session, StackRef stack) {
        return query(
                        session,
                        "select version, md5, bytes from state_version where" + OF_STACK + NEWEST,
                        stack)
                .getSingleResultOrNull()
                .map(StateRows::stored);
    }

    /**
     * The newest version that is served. Its packed bytes come along unless it is larger than that:
     * whoever wants those makes room first.
     *
     * @param along is written with it, when there is one
     */
    Uni<Optional<Newest>> newest(
            Mutiny.Session session, StackRef stack, long alongUpTo, @Nullable Along along) {
        String newest =
                "newest as materialized (select version, md5, size,"
                        + " case when size <= :most then bytes end as bytes from state_version where"
                        + OF_STACK
                        + NEWEST
                        + ")";
        Mutiny.SelectionQuery<Tuple> query =
                query(
                                session,
                                "with "
                                        + newest
                                        + (along == null ? "" : ", " + along.entry("newest"))
                                        + " select version, md5, size, bytes from newest",
                                stack)
                        .setParameter("most", alongUpTo);
        return (along == null ? query : along.bind(query))
                .getSingleResultOrNull()
                .map(row ->
                        row == null
                                ? Optional.empty()
                                : Optional.of(
                                        new Newest(
                                                number(row, "version"),
                                                row.get("md5", String.class),
                                                number(row, "size"),
                                                row.get("bytes", byte[].class))));
    }

    /** The packed bytes of one version, whatever its kind, deleted or not. */
    Uni<Optional<Stored>> version(Mutiny.Session session, StackRef stack, long version) {
        return version(session, stack, version, "");
    }

    /** The packed bytes of one version, whatever its kind, unless it is deleted. */
    Uni<Optional<Stored>> visible(Mutiny.Session session, StackRef stack, long version) {
        return version(session, stack, version, " and deleted_at is null");
    }

    private static Uni<Optional<Stored>> version(
            Mutiny.Session session, StackRef stack, long version, String and) {
        // Of the last version of a state that was deleted long ago only the number is left.
        return query(
                        session,
                        "select version, md5, bytes from state_version where"
                                + OF_STACK
                                + "and version = :version and octet_length(bytes) > 0"
                                + and,
                        stack)
                .setParameter("version", version)
                .getSingleResultOrNull()
                .map(StateRows::stored);
    }

    /**
     * Where a version comes from.
     *
     * @param kind as in the ledger's schema
     * @param reason why it is an orphan, else in the writer's words
     * @param copyOf the version whose bytes it has
     */
    record Origin(
            String kind,
            @Nullable String reason,
            @Nullable String runId,
            @Nullable String leaseId,
            @Nullable Long copyOf) {}

    /**
     * Adds a version under the stack's lock and gives its number. One that is served becomes the
     * stack's newest. One that no run wrote is looked at again by the next drift check, and by a
     * plan before anything is applied to it. An orphan makes a destroy wait; one at work goes on.
     */
    Uni<Long> add(Mutiny.Session session, StateWrite write, Origin origin) {
        return add(session, write, origin, null);
    }

    /**
     * The same.
     *
     * @param along is written with it, its subject followed by the version's number
     */
    Uni<Long> add(Mutiny.Session session, StateWrite write, Origin origin, @Nullable Along along) {
        Mutiny.SelectionQuery<Tuple> query =
                session.createNativeQuery(
                        """
                        with added as (
                            insert into state_version (tenant_id, incarnation, stack, version, lineage, serial, md5,
                                                       size, kind, reason, run_id, lease_id, copy_of, written_by,
                                                       written_at, bytes)
                            select :tenant, :incarnation, :stack,
                                   1 + coalesce((select max(version) from state_version
                                                 where tenant_id = :tenant and incarnation = :incarnation
                                                   and stack = :stack), 0),
                                   :lineage, :serial, :md5, :size, :kind, cast(:reason as text),
                                   case when :kind = 'ORPHAN' then (select r.run_id from run r
                                            where r.tenant_id = :tenant and r.incarnation = :incarnation
                                              and r.stack = :stack
                                              and cast(:lease as text) in (r.lease_id, r.released_lease)
                                            order by r.started_at desc limit 1)
                                        else cast(:run as text) end,
                                   cast(:lease as text), cast(:copy as bigint), :writer, clock_timestamp(),
                                   cast(:bytes as bytea)
                            returning version),
                        moved as (
                            update stack set state_version = (select version from added),
                                   drift_checked_at = case when :kind = 'RUN' then drift_checked_at end,
                                   apply_started = true
                            where tenant_id = :tenant and incarnation = :incarnation and stack = :stack
                              and :kind not in ('SEED', 'ORPHAN')
                            returning 1),
                        waits as (
                            update stack set due = false, due_since = null, waiting_code = :waitCode,
                                   waiting_reason = :waitReason, changed_at = clock_timestamp()
                            where tenant_id = :tenant and incarnation = :incarnation and stack = :stack
                              and :kind = 'ORPHAN' and not wanted and not destroyed
                              and waiting_code is distinct from :after
                            returning 1)
                        """
                                + (along == null ? "" : ", " + along.entry("added", WITH_VERSION))
                                + """
                                 select version, (select count(*) from moved) as moved,
                                    (select count(*) from waits) as waits
                                from added
                                """,
                        Tuple.class);
        return (along == null ? query : along.bind(query))
                .setParameter("tenant", write.stack().tenantId())
                .setParameter("incarnation", write.stack().incarnation())
                .setParameter("stack", write.stack().stack())
                .setParameter("lineage", write.lineage())
                .setParameter("serial", write.serial())
                .setParameter("md5", write.md5())
                .setParameter("size", write.size())
                .setParameter("kind", origin.kind())
                .setParameter("reason", origin.reason())
                .setParameter("run", origin.runId())
                .setParameter("lease", origin.leaseId())
                .setParameter("copy", origin.copyOf())
                .setParameter("writer", write.writer().name())
                .setParameter("waitCode", OrphanWait.CODE)
                .setParameter("waitReason", OrphanWait.REASON)
                .setParameter("after", OrphanWait.AFTER)
                .setParameter("bytes", write.packed())
                .getSingleResult()
                .map(row -> number(row, "version"));
    }

    /**
     * Whether these bytes are kept already: of that lease or its run, or as a version that a person
     * wrote. The same bytes of another run do not count: they may tell of other things. Without a
     * lease only an open orphan that came without one counts.
     */
    Uni<Boolean> has(Mutiny.Session session, StateWrite write, @Nullable String leaseId) {
        return query(
                        session,
                        "select count(*) as found from state_version where"
                                + OF_STACK
                                + """
                                and md5 = :md5 and lineage = :lineage and serial = :serial and size = :size
                                and (lease_id = cast(:lease as text)
                                    or run_id in (select r.run_id from run r where r.tenant_id = :tenant
                                        and r.incarnation = :incarnation and r.stack = :stack
                                        and cast(:lease as text) in (r.lease_id, r.released_lease))
                                    or kind = 'ORPHAN' and settled_at is null
                                        and lease_id is null and cast(:lease as text) is null
                                    or kind = 'PERSON' and deleted_at is null)
                                """,
                        write.stack())
                .setParameter("md5", write.md5())
                .setParameter("lineage", write.lineage())
                .setParameter("serial", write.serial())
                .setParameter("size", write.size())
                .setParameter("lease", leaseId)
                .getSingleResult()
                .map(row -> number(row, "found") > 0);
    }

    /** The stacks of a life with an orphan that nobody has settled. */
    Uni<List<String>> withOpenOrphans(Mutiny.Session session, String tenantId, int incarnation) {
        return session.createNativeQuery(
                        """
                        select distinct stack from state_version
                        where tenant_id = :tenant and incarnation = :incarnation
                          and kind = 'ORPHAN' and settled_at is null
                        """,
                        String.class)
                .setParameter("tenant", tenantId)
                .setParameter("incarnation", incarnation)
                .getResultList();
    }

    static long number(Tuple row, String column) {
        return ((Number) row.get(column)).longValue();
    }

    private static @Nullable String timeIfAny(Tuple row, String column) {
        return row.get(column) == null ? null : time(row, column);
    }

    private static String time(Tuple row, String column) {
        return Instant.from((TemporalAccessor) row.get(column)).toString();
    }

    private static Optional<Stored> stored(@Nullable Tuple row) {
        return row == null
                ? Optional.empty()
                : Optional.of(
                        new Stored(
                                number(row, "version"),
                                row.get("md5", String.class),
                                row.get("bytes", byte[].class)));
    }

    static Mutiny.SelectionQuery<Tuple> query(Mutiny.Session session, String sql, StackRef stack) {
        return session.createNativeQuery(sql, Tuple.class)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack());
    }

    /**
     * The newest version.
     *
     * @param md5 of the plain bytes, lower-case hex
     * @param size of the plain bytes
     * @param packed null when it is larger than was asked for
     */
    record Newest(long version, String md5, long size, byte @Nullable [] packed) {}

    /**
     * A version as it lies in the database.
     *
     * @param md5 of the plain bytes, lower-case hex
     */
    record Stored(long version, String md5, byte[] packed) {}
}
