package io.leasehold.provisioner.sandbox;

import io.leasehold.provisioner.process.StopLadder;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reaches the program below a supervisor, and kills by it: killed itself it would leave behind what
 * it looks after.
 */
final class SupervisorSignals implements StopLadder.Signaller {

    /** So often the supervisor is asked, a tenth of a second apart, before it is not relied on. */
    private static final int PATIENCE = 30;

    private final Signals signals;
    private final AtomicInteger kills = new AtomicInteger();

    SupervisorSignals(Signals signals) {
        this.signals = signals;
    }

    @Override
    public boolean send(Process process, StopLadder.Signal signal) throws InterruptedException {
        return signals.send(process, signal);
    }

    @Override
    public void kill(Process process) {
        if (kills.incrementAndGet() <= PATIENCE) {
            process.toHandle().destroy();
            return;
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.toHandle().destroyForcibly();
    }
}
