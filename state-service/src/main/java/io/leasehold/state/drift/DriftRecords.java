package io.leasehold.state.drift;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.events.EventJson;
import io.leasehold.events.outgoing.DriftCurrent;
import io.leasehold.events.outgoing.DriftEvent;
import io.leasehold.events.outgoing.DriftFinding;
import io.leasehold.ledger.api.DriftReport;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.outbox.Outbox;
import io.leasehold.state.outbox.Publications;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Writes what is adrift, and tells of it. Under the caller's lock on the stack row. Safe to share.
 */
@ApplicationScoped
public class DriftRecords {
    private static final String OF_STACK =
            " where tenant_id = :tenant and incarnation = :incarnation and stack = :stack";

    private final Outbox outbox;
    private final Publications publications;

    /** Appends to {@code outbox}. */
    public DriftRecords(Outbox outbox, Publications publications) {
        this.outbox = outbox;
        this.publications = publications;
    }

    /** Ends the check's run, and notes on the stack when and how it was checked. */
    Uni<Void> ended(
            Mutiny.Session session, String runId, DriftReport report, DriftDecider.Edge edge) {
        boolean failed = edge == DriftDecider.Edge.FAILED || edge == DriftDecider.Edge.FAILURE_TOLD;
        return session.createNativeQuery(
                        """
                        with ended as (
                            update run set phase = 'FINISHED', result = :result, message = cast(:message as text),
                                finished_at = clock_timestamp()
                            where run_id = :run
                        )
                        update stack set
                            drift_failures = case when :discarded then drift_failures
                                when :failed then drift_failures + 1 else 0 end,
                            drift_checked_at = case when :discarded then drift_checked_at
                                else clock_timestamp() end,
                            drift_run = null, drift_run_until = null
                        where drift_run = :run
                        """)
                .setParameter("result", report.result().name())
                .setParameter("message", report.message())
                .setParameter("run", runId)
                .setParameter("discarded", edge == DriftDecider.Edge.DISCARDED)
                .setParameter("failed", failed)
                .executeUpdate()
                .replaceWithVoid();
    }

    Uni<Void> detected(
            Mutiny.Session session,
            CheckedStack checked,
            String driftId,
            String fingerprint,
            List<DriftReport.Change> changes) {
        return of(
                        session,
                        checked.stack(),
                        """
                        insert into drift (tenant_id, incarnation, stack, drift_id, fingerprint, changes,
                            first_seen, last_seen, checks)
                        values (:tenant, :incarnation, :stack, :drift, :fingerprint, cast(cast(:changes as text) as json),
                            clock_timestamp(), clock_timestamp(), 1)
                        """)
                .setParameter("drift", driftId)
                .setParameter("fingerprint", fingerprint)
                .setParameter("changes", new String(EventJson.write(changes), UTF_8))
                .executeUpdate()
                .chain(() ->
                        tell(
                                session,
                                checked,
                                new Told(
                                        DriftEvent.State.DETECTED,
                                        driftId,
                                        checked.now(),
                                        1,
                                        DriftFindings.of(fingerprint, changes),
                                        null)));
    }

    Uni<Void> changed(
            Mutiny.Session session,
            CheckedStack checked,
            String fingerprint,
            List<DriftReport.Change> changes) {
        CheckedStack.Open open = open(checked);
        return of(
                        session,
                        checked.stack(),
                        """
                        update drift set fingerprint = :fingerprint, changes = cast(cast(:changes as text) as json),
                            last_seen = clock_timestamp(), checks = checks + 1
                        """
                                + OF_STACK)
                .setParameter("fingerprint", fingerprint)
                .setParameter("changes", new String(EventJson.write(changes), UTF_8))
                .executeUpdate()
                .chain(() ->
                        tell(
                                session,
                                checked,
                                new Told(
                                        DriftEvent.State.CHANGED,
                                        open.driftId(),
                                        open.firstSeen(),
                                        open.checks() + 1,
                                        DriftFindings.of(fingerprint, changes),
                                        null)));
    }

    Uni<Void> seenAgain(Mutiny.Session session, StackRef stack) {
        return of(
                        session,
                        stack,
                        "update drift set last_seen = clock_timestamp(), checks = checks + 1"
                                + OF_STACK)
                .executeUpdate()
                .replaceWithVoid();
    }

    Uni<Void> resolved(Mutiny.Session session, CheckedStack checked) {
        return resolved(session, checked, open(checked).healed() ? "apply" : "external");
    }

    Uni<Void> resolved(Mutiny.Session session, CheckedStack checked, String by) {
        CheckedStack.Open open = open(checked);
        return of(session, checked.stack(), "delete from drift" + OF_STACK)
                .executeUpdate()
                .chain(() ->
                        tell(
                                session,
                                checked,
                                new Told(
                                        DriftEvent.State.RESOLVED,
                                        open.driftId(),
                                        open.firstSeen(),
                                        open.checks(),
                                        null,
                                        by)));
    }

    /** Tells that a stack cannot be checked; what was known to be adrift stays so. */
    Uni<Void> failureTold(Mutiny.Session session, CheckedStack checked, String newId) {
        CheckedStack.Open open = checked.open();
        return tell(
                session,
                checked,
                new Told(
                        DriftEvent.State.CHECK_FAILED,
                        open == null ? newId : open.driftId(),
                        open == null ? checked.now() : open.firstSeen(),
                        open == null ? 0 : open.checks(),
                        null,
                        "CHECK_FAILED"));
    }

    private record Told(
            DriftEvent.State state,
            String driftId,
            Instant firstSeen,
            int checks,
            @Nullable DriftFinding finding,
            @Nullable String reason) {}

    private Uni<Void> tell(Mutiny.Session session, CheckedStack checked, Told told) {
        StackRef stack = checked.stack();
        return session.createNativeQuery(
                        "update stack set drift_seq = drift_seq + 1"
                                + OF_STACK
                                + " returning drift_seq",
                        Long.class)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack())
                .getSingleResult()
                .chain(number ->
                        outbox.append(
                                session,
                                publications.drift(
                                        event(checked, told, number),
                                        current(checked, told, number))));
    }

    private static DriftEvent event(CheckedStack checked, Told told, long number) {
        return new DriftEvent(
                told.driftId(),
                told.state(),
                checked.stack().tenantId(),
                checked.stack().incarnation(),
                checked.stack().stack(),
                number,
                checked.generation(),
                told.firstSeen(),
                checked.now(),
                told.checks(),
                told.finding(),
                told.reason());
    }

    /** Null where what is adrift now does not change, or nothing is any more. */
    private static @Nullable DriftCurrent current(CheckedStack checked, Told told, long number) {
        DriftFinding finding = told.finding();
        return finding == null
                ? null
                : new DriftCurrent(
                        told.driftId(),
                        checked.stack().tenantId(),
                        checked.stack().incarnation(),
                        checked.stack().stack(),
                        number,
                        checked.generation(),
                        told.firstSeen(),
                        checked.now(),
                        told.checks(),
                        finding);
    }

    private static CheckedStack.Open open(CheckedStack checked) {
        CheckedStack.Open open = checked.open();
        if (open == null) {
            throw new IllegalStateException("no drift is open");
        }
        return open;
    }

    private static Mutiny.MutationQuery of(Mutiny.Session session, StackRef stack, String sql) {
        return session.createNativeQuery(sql)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack());
    }
}
