package io.leasehold.provisioner.stateproxy;

import io.leasehold.provisioner.ledger.LedgerConfig;
import io.leasehold.provisioner.ledger.Patience;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.function.Consumer;

/** Opens the ways of runs to their states. Shared; any thread. */
@Singleton
public final class StateDeliveries {

    private final StateUpstreams upstreams;
    private final Spool spool;
    private final Clock clock;
    private final Patience.Limits faults;

    /** As the settings say. */
    @Inject
    public StateDeliveries(
            StateUpstreams upstreams, Spool spool, Clock clock, LedgerConfig config) {
        this(upstreams, spool, clock, Patience.Limits.of(config));
    }

    /** With limits of the caller's for the service's own faults. */
    public StateDeliveries(
            StateUpstreams upstreams, Spool spool, Clock clock, Patience.Limits faults) {
        this.upstreams = upstreams;
        this.spool = spool;
        this.clock = clock;
        this.faults = faults;
    }

    /** For a worker that hands over states by itself. */
    public StateDelivery open(String runId, StateAccess access) {
        return open(runId, access, upstreams.open(access));
    }

    /**
     * For a tofu that reads and writes by HTTP.
     *
     * @param seen is shown each state before tofu hears that it was read or stored; on the thread
     *     of its connection
     */
    public StateProxy proxy(String runId, StateAccess access, Consumer<byte[]> seen) {
        StateUpstream upstream = upstreams.open(access);
        return new StateProxy(runId, access, upstream, open(runId, access, upstream), seen);
    }

    private StateDelivery open(String runId, StateAccess access, StateUpstream upstream) {
        return new StateDelivery(runId, access, upstream, spool, clock, faults);
    }
}
