package io.leasehold.state.run;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.deadletter.RunRetries;
import io.leasehold.state.stack.StackPlanner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;

/** New attempts of stacks whose run failed for good. Safe to share. */
@ApplicationScoped
public class Retries implements RunRetries {
    private final LostRuns losses;
    private final StackPlanner planner;

    /** Lets {@code planner} make the stack due again. */
    Retries(LostRuns losses, StackPlanner planner) {
        this.losses = losses;
        this.planner = planner;
    }

    @Override
    public Uni<Void> retry(Mutiny.Session session, StackRef stack) {
        return session.createNativeQuery(
                        """
                        update stack set failed_revision = 0, failed_code = null, failed_message = null,
                            attempts = 0, replans = 0, not_before = null,
                            due = true, due_since = clock_timestamp(), changed_at = clock_timestamp()
                        where tenant_id = :tenant and incarnation = :incarnation and stack = :stack
                        """)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack())
                .executeUpdate()
                .chain(() -> losses.forgive(session, stack))
                .chain(() -> planner.replan(session, stack.tenantId(), stack.incarnation()));
    }
}
