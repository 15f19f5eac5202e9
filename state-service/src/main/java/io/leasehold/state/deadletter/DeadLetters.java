package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.StackRef;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Records what failed for good, in the caller's transaction: the row that is the truth and the
 * outbox record by which others hear of it. Safe to share.
 */
@ApplicationScoped
public class DeadLetters {

    /** Records a refused event; gives the letter's id. */
    public Uni<String> refused(Mutiny.Session session, RefusedEvent event) {
        throw new UnsupportedOperationException(event.code() + session.isOpen());
    }

    /** Records a run that failed for good; gives the letter's id. */
    public Uni<String> failedRun(Mutiny.Session session, FailedRun run) {
        throw new UnsupportedOperationException(run.code() + session.isOpen());
    }

    /** Closes the open letters of a stack's runs: the stack has moved on. */
    public Uni<Void> closeSuperseded(Mutiny.Session session, StackRef stack) {
        throw new UnsupportedOperationException(stack.key() + session.isOpen());
    }

    /** Closes the open letters of all runs of one life: the tenant has moved on. */
    public Uni<Void> closeSuperseded(Mutiny.Session session, String tenantId, int incarnation) {
        throw new UnsupportedOperationException(tenantId + incarnation + session.isOpen());
    }

    /** Uses up a replay id that a record carries. Intake asks once for each record that has one. */
    public Uni<ReplayMark> honour(Mutiny.Session session, String replayId) {
        throw new UnsupportedOperationException(replayId + session.isOpen());
    }
}
