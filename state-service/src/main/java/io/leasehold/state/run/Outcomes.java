package io.leasehold.state.run;

import io.leasehold.ledger.api.OutcomeRequest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;

/** Ends a run in one transaction with everything that follows from it. Safe to share. */
@ApplicationScoped
public class Outcomes {

    /** Applies a reported outcome; one that was applied before changes nothing. */
    public Uni<Void> apply(Mutiny.Session session, String runId, OutcomeRequest outcome) {
        throw new UnsupportedOperationException(runId + outcome.result() + session.isOpen());
    }
}
