package io.leasehold.state.lease;

import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.Lease;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.RowSet;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * What is the same of every statement that leases stacks to who claims them, so that there is one
 * way in which a lease begins: {@code update stack s set} {@link #COLUMNS} {@link #UNLESS_LOCKED},
 * with {@link #rows}.
 *
 * @param runId what the lease is for
 * @param leaseId the right itself
 * @param ttl until the first heartbeat
 */
record Leasing(ClaimRequest request, StackRef stack, String runId, String leaseId, Duration ttl) {

    /** By the service's time, which does not go back when a clock is set. */
    static final String COLUMNS =
            """
            lease_id = r.lease, lease_epoch = s.lease_epoch + 1,
            lease_until = service.now + r.ttl * interval '1 millisecond',
            lease_beaten_at = null, lease_since = clock_timestamp(), lease_worker = r.worker,
            lease_boot = r.boot, lease_request = r.request, lease_run = r.run, lease_phase = 'CLAIMED',
            last_run = r.run, changed_at = clock_timestamp()
            """;

    /** Which stacks, and that no person has locked one meanwhile. */
    static final String UNLESS_LOCKED =
            """
            from {rows}, (select greatest(clock_timestamp(), beaten_at) as now from pulse) service
            where s.tenant_id = r.tenant and s.incarnation = r.life and s.stack = r.stack
              and not exists (select 1 from state_lock k where k.tenant_id = r.tenant
                  and k.incarnation = r.life and k.stack = r.stack)
            """;

    /** Rows with what {@link #COLUMNS} and {@link #UNLESS_LOCKED} ask for. */
    static <T> RowSet<T> rows(List<T> all, Function<T, Leasing> leasing) {
        return RowSet.of(all)
                .text("tenant", each -> leasing.apply(each).stack().tenantId())
                .number("life", each -> leasing.apply(each).stack().incarnation())
                .text("stack", each -> leasing.apply(each).stack().stack())
                .text("lease", each -> leasing.apply(each).leaseId())
                .number("ttl", each -> leasing.apply(each).ttl().toMillis())
                .text("worker", each -> leasing.apply(each).request().worker())
                .text("boot", each -> leasing.apply(each).request().bootId())
                .text("request", each -> leasing.apply(each).request().requestId())
                .text("run", each -> leasing.apply(each).runId());
    }

    /** The lease as its worker gets it. */
    Lease lease(long epoch) {
        return new Lease(leaseId, epoch, ttl.toMillis());
    }

    /** Leaves out the right. */
    @Override
    public String toString() {
        return "Leasing[stack=%s, runId=%s]".formatted(stack, runId);
    }
}
