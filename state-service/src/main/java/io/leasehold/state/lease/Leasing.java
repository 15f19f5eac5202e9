package io.leasehold.state.lease;

import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.StackRef;
import java.time.Duration;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * What is the same of every statement that leases a stack to who claims it, so that there is one
 * way in which a lease begins: {@code update stack set} {@link #COLUMNS} {@link #UNLESS_LOCKED}.
 *
 * @param runId what the lease is for
 * @param leaseId the right itself
 * @param ttl until the first heartbeat
 */
record Leasing(ClaimRequest request, StackRef stack, String runId, String leaseId, Duration ttl) {

    /** By the service's time, which does not go back when a clock is set. */
    static final String COLUMNS =
            """
            lease_id = :lease, lease_epoch = lease_epoch + 1,
            lease_until = service.now + cast(:ttl as bigint) * interval '1 millisecond',
            lease_beaten_at = null, lease_since = clock_timestamp(), lease_worker = :worker,
            lease_boot = :boot, lease_request = :request, lease_run = :run, lease_phase = 'CLAIMED',
            last_run = :run, changed_at = clock_timestamp()
            """;

    /** Which stack, and that no person has locked it meanwhile. */
    static final String UNLESS_LOCKED =
            """
            from (select greatest(clock_timestamp(), beaten_at) as now from pulse) service
            where tenant_id = :tenant and incarnation = :incarnation and stack = :stack
              and not exists (select 1 from state_lock k where k.tenant_id = :tenant
                  and k.incarnation = :incarnation and k.stack = :stack)
            """;

    /** Says to the statement what {@link #COLUMNS} and {@link #UNLESS_LOCKED} ask for. */
    <T> Mutiny.SelectionQuery<T> bind(Mutiny.SelectionQuery<T> query) {
        return query.setParameter("lease", leaseId)
                .setParameter("ttl", ttl.toMillis())
                .setParameter("worker", request.worker())
                .setParameter("boot", request.bootId())
                .setParameter("request", request.requestId())
                .setParameter("run", runId)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack());
    }

    /** Leaves out the right. */
    @Override
    public String toString() {
        return "Leasing[stack=%s, runId=%s]".formatted(stack, runId);
    }
}
