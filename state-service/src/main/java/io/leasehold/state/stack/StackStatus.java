package io.leasehold.state.stack;

import io.leasehold.ledger.api.StackRef;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;

/** Numbers the status events of a stack, so that their order can be restored anywhere. */
@ApplicationScoped
public class StackStatus {

    /**
     * The next number of a stack's status events, from 1 and without gaps among those committed.
     * Takes the stack's row lock.
     */
    public Uni<Long> next(Mutiny.Session session, StackRef stack) {
        return session.createNativeQuery(
                        """
                        update stack set status_seq = status_seq + 1
                        where tenant_id = :tenant and incarnation = :incarnation and stack = :stack
                        returning status_seq
                        """,
                        Long.class)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack())
                .getSingleResult();
    }
}
