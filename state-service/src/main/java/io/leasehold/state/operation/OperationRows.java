package io.leasehold.state.operation;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateOperation;
import io.leasehold.state.run.OperationText;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** The statements on runs that are asked for. All join the caller's transaction. */
@ApplicationScoped
class OperationRows {
    private final OperationText text;

    OperationRows(OperationText text) {
        this.text = text;
    }

    /**
     * What the ledger makes of a stack.
     *
     * @param planned it has a revision, and with it a module and inputs
     */
    record Standing(boolean destroyed, boolean planned) {}

    /** Empty for a stack that no run manages. */
    Uni<Optional<Standing>> standing(Mutiny.Session session, StackRef stack) {
        return session.createNativeQuery(
                        """
                        select s.destroyed, exists (select 1 from stack_revision v
                            where v.tenant_id = s.tenant_id and v.incarnation = s.incarnation
                              and v.stack = s.stack and v.revision = s.revision) as planned
                        from stack s
                        where s.tenant_id = :tenant and s.incarnation = :incarnation and s.stack = :stack
                        """,
                        Tuple.class)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack())
                .getSingleResultOrNull()
                .map(row ->
                        row == null
                                ? Optional.empty()
                                : Optional.of(
                                        new Standing(
                                                row.get("destroyed", Boolean.class),
                                                row.get("planned", Boolean.class))));
    }

    /** Asks for a run, under the stack's lock. */
    Uni<Void> ask(
            Mutiny.Session session,
            String runId,
            StackRef stack,
            StateOperation operation,
            String by,
            String reason) {
        return session.createNativeQuery(
                        """
                        insert into run (run_id, tenant_id, incarnation, stack, kind, phase, generation,
                            revision, attempt, blueprint_name, blueprint_version, worker, state_version,
                            operation, asked_by, asked_reason, started_at)
                        select :run, tenant_id, incarnation, stack, 'STATE', 'ASKED', generation, revision, 1,
                            blueprint_name, blueprint_version, '', state_version,
                            cast(cast(:operation as text) as jsonb), :by, :reason, clock_timestamp()
                        from stack
                        where tenant_id = :tenant and incarnation = :incarnation and stack = :stack
                        """)
                .setParameter("run", runId)
                .setParameter("operation", text.write(operation))
                .setParameter("by", by)
                .setParameter("reason", reason)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack())
                .executeUpdate()
                .replaceWithVoid();
    }
}
