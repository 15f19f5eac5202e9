package io.leasehold.state.tenant;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StackView;
import io.leasehold.state.stack.LifeRef;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Reads stacks for people: one query for any number of them. */
@ApplicationScoped
class StackRows {
    private static final String SELECT =
            """
            select s.tenant_id, s.incarnation, s.stack, s.wanted, s.revision, s.applied_revision, s.destroyed,
                s.due, s.due_since, case when s.not_before > clock_timestamp() then s.not_before end as not_before,
                s.waiting_code, s.waiting_reason,
                case when s.hold_until is null or s.hold_until > clock_timestamp() then s.hold_code end as hold_code,
                s.hold_by, s.hold_reason, s.hold_since,
                case when s.hold_code = 'BREAKER' then (select b.open_until from breaker b
                    where b.breaker_id = s.hold_by and b.phase = 'OPEN') else s.hold_until end as hold_until,
                (select min(p.name) from cap p where s.caps <> '' and p.name = any (string_to_array(s.caps, ','))
                    and p.most <= (select count(*) from stack o where o.lease_id is not null
                        and p.name = any (string_to_array(o.caps, ',')))) as cap,
                (select min(p.name) from cap p where s.caps <> '' and p.name = any (string_to_array(s.caps, ','))
                    and p.most = 0) as shut_cap,
                s.attempts, s.failed_revision, s.failed_code, s.failed_message,
                s.lease_worker, s.lease_run, s.lease_phase, s.state_version, s.last_run, s.changed_at,
                k.holder as locked_by, k.since as locked_since,
                coalesce((select v.serial from state_version v where v.tenant_id = s.tenant_id
                    and v.incarnation = s.incarnation and v.stack = s.stack
                    and v.version = s.state_version), 0) as state_serial,
                exists (select 1 from drift d where d.tenant_id = s.tenant_id
                    and d.incarnation = s.incarnation and d.stack = s.stack) as drifted
            from stack s
            left join state_lock k on k.tenant_id = s.tenant_id and k.incarnation = s.incarnation
                and k.stack = s.stack
            """;

    /** A stack for people, and what is said of it. */
    record Described(StackFacts facts, StackView view) {}

    /** A page of stacks after that one, in order of their keys. */
    Uni<List<Described>> page(
            Mutiny.Session session, @Nullable String tenantId, StackRef after, int limit) {
        return session.createNativeQuery(
                        SELECT
                                + """
                                where (s.tenant_id, s.incarnation, s.stack) > (:tenant, :incarnation, :stack)
                                  and s.tenant_id between coalesce(cast(:only as text), '')
                                      and coalesce(cast(:only as text), repeat('z', 64))
                                order by s.tenant_id, s.incarnation, s.stack
                                """,
                        Tuple.class)
                .setParameter("tenant", after.tenantId())
                .setParameter("incarnation", after.incarnation())
                .setParameter("stack", after.stack())
                .setParameter("only", tenantId)
                .setMaxResults(limit)
                .getResultList()
                .map(rows -> rows.stream().map(StackRows::of).toList());
    }

    /** All stacks of the lives from the first to the last, both included. */
    Uni<List<Described>> between(Mutiny.Session session, LifeRef first, LifeRef last) {
        return session.createNativeQuery(
                        SELECT
                                + """
                                where (s.tenant_id, s.incarnation) >= (:first, :firstLife)
                                  and (s.tenant_id, s.incarnation) <= (:last, :lastLife)
                                order by s.tenant_id, s.incarnation, s.stack
                                """,
                        Tuple.class)
                .setParameter("first", first.tenantId())
                .setParameter("firstLife", first.incarnation())
                .setParameter("last", last.tenantId())
                .setParameter("lastLife", last.incarnation())
                .getResultList()
                .map(rows -> rows.stream().map(StackRows::of).toList());
    }

    private static Described of(Tuple row) {
        StackFacts facts = facts(row);
        StackView view =
                new StackView(
                        new StackRef(
                                row.get("tenant_id", String.class),
                                row.get("incarnation", Integer.class),
                                facts.name()),
                        facts.revision(),
                        facts.appliedRevision(),
                        facts.wanted(),
                        Wording.phase(facts).name(),
                        Wording.reason(facts),
                        row.get("state_version", Long.class),
                        row.get("state_serial", Long.class),
                        row.get("drifted", Boolean.class),
                        row.get("last_run", String.class),
                        time(row, "changed_at"));
        return new Described(facts, view);
    }

    private static StackFacts facts(Tuple row) {
        return new StackFacts(
                row.get("stack", String.class),
                row.get("wanted", Boolean.class),
                row.get("revision", Long.class),
                row.get("applied_revision", Long.class),
                row.get("destroyed", Boolean.class),
                row.get("due", Boolean.class),
                time(row, "due_since"),
                time(row, "not_before"),
                row.get("waiting_code", String.class),
                row.get("waiting_reason", String.class),
                hold(row),
                cap(row),
                row.get("attempts", Integer.class),
                row.get("failed_revision", Long.class),
                row.get("failed_code", String.class),
                row.get("failed_message", String.class),
                row.get("lease_worker", String.class),
                row.get("lease_run", String.class),
                row.get("lease_phase", String.class),
                row.get("locked_by", String.class),
                time(row, "locked_since"));
    }

    /** One that lets nothing begin counts before one that is merely reached. */
    private static StackFacts.@Nullable Cap cap(Tuple row) {
        String shut = row.get("shut_cap", String.class);
        if (shut != null) {
            return new StackFacts.Cap(shut, true);
        }
        String reached = row.get("cap", String.class);
        return reached == null ? null : new StackFacts.Cap(reached, false);
    }

    private static StackFacts.@Nullable Hold hold(Tuple row) {
        String code = row.get("hold_code", String.class);
        return code == null
                ? null
                : new StackFacts.Hold(
                        code,
                        row.get("hold_by", String.class),
                        row.get("hold_reason", String.class),
                        time(row, "hold_since"),
                        time(row, "hold_until"));
    }

    /** A time as people and programs read it: ISO-8601 in UTC, to the millisecond. */
    static @Nullable String time(Tuple row, String column) {
        Object at = row.get(column);
        return switch (at) {
            case null -> null;
            case OffsetDateTime moment ->
                    DateTimeFormatter.ISO_INSTANT.format(
                            moment.withOffsetSameInstant(ZoneOffset.UTC)
                                    .truncatedTo(ChronoUnit.MILLIS));
            case Instant moment ->
                    DateTimeFormatter.ISO_INSTANT.format(moment.truncatedTo(ChronoUnit.MILLIS));
            default -> throw new IllegalStateException("not a time: " + at.getClass());
        };
    }
}
