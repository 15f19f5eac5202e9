package io.leasehold.state.output;

import io.leasehold.ledger.api.StackRef;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Publishes a stack's outputs as full snapshots, in the caller's transaction and under the caller's
 * lock on the stack row. Safe to share.
 */
@ApplicationScoped
public class OutputSnapshots {

    /**
     * Publishes the applied outputs again for a newer generation that needed no run, so that who
     * waits for a generation is served. Nothing was applied: nothing happens.
     */
    public Uni<Void> republish(Mutiny.Session session, StackRef stack, long generation) {
        throw new UnsupportedOperationException(stack.key() + generation + session.isOpen());
    }

    /** Publishes that the outputs are about to change; once, until they are published again. */
    public Uni<Void> notReady(Mutiny.Session session, StackRef stack) {
        throw new UnsupportedOperationException(stack.key() + session.isOpen());
    }
}
