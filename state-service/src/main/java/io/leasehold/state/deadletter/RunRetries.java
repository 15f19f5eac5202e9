package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.StackRef;
import io.smallrye.mutiny.Uni;
import org.hibernate.reactive.mutiny.Mutiny;

/** Asks for a new attempt of a stack whose run failed for good. */
public interface RunRetries {

    /**
     * Makes the stack due again with a fresh budget of attempts, in the caller's transaction.
     * Changes nothing that is wanted.
     */
    Uni<Void> retry(Mutiny.Session session, StackRef stack);
}
