package io.leasehold.state.drift;

import io.leasehold.ledger.api.DriftReport;
import io.leasehold.state.Ids;
import io.leasehold.state.outbox.OutboxSignal;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/** Ends drift checks and tells of the edges. Safe to share. */
@ApplicationScoped
public class DriftChecks {
    private static final Logger LOGGER = Logger.getLogger(DriftChecks.class);

    private final Mutiny.SessionFactory sessions;
    private final DriftRecords records;
    private final Ids ids;
    private final OutboxSignal outbox;

    /** Records through {@code records}. */
    public DriftChecks(
            Mutiny.SessionFactory sessions, DriftRecords records, Ids ids, OutboxSignal outbox) {
        this.sessions = sessions;
        this.records = records;
        this.ids = ids;
        this.outbox = outbox;
    }

    /** Ends a check. One that was reported before changes nothing. */
    public Uni<Void> report(String runId, DriftReport report) {
        return sessions.withTransaction(session ->
                        CheckedStack.lock(session, runId)
                                .chain(checked -> {
                                    if (checked == null) {
                                        throw new Refusal(
                                                404,
                                                "RUN_UNKNOWN",
                                                "There is no drift check " + runId + ".");
                                    }
                                    return checked.ended()
                                            ? Uni.createFrom().item(checked)
                                            : end(session, runId, checked, report)
                                                    .replaceWith(checked);
                                }))
                .invoke(checked -> outbox.wake(checked.stack().tenantId()))
                .replaceWithVoid();
    }

    private Uni<Void> end(
            Mutiny.Session session, String runId, CheckedStack checked, DriftReport report) {
        String found = DriftFingerprint.of(report.changes());
        CheckedStack.Open open = checked.open();
        DriftDecider.Edge edge =
                DriftDecider.decide(
                        new DriftDecider.Check(
                                report.result(),
                                checked.current(),
                                open == null ? null : open.fingerprint(),
                                found,
                                checked.failures()));
        LOGGER.infof(
                "drift check ended runId=%s stack=%s result=%s edge=%s",
                runId, checked.stack(), report.result(), edge);
        return records.ended(session, runId, report, edge)
                .chain(() ->
                        switch (edge) {
                            case DETECTED ->
                                    records.detected(
                                            session, checked, ids.next(), found, report.changes());
                            case CHANGED ->
                                    records.changed(session, checked, found, report.changes());
                            case SAME -> records.seenAgain(session, checked.stack());
                            case RESOLVED -> records.resolved(session, checked);
                            case FAILURE_TOLD -> records.failureTold(session, checked, ids.next());
                            case QUIET, FAILED, DISCARDED -> Uni.createFrom().voidItem();
                        });
    }
}
