package io.leasehold.provisioner.runner;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lease;
import java.util.Objects;

/** A run as a slot carries it out, without the claiming before it and the telling after it. */
final class CarriedOut {

    private CarriedOut() {}

    /** How it ended; what it said has reached the ledger. */
    static RunEnding of(RunTools tools, Claim claim) throws InterruptedException {
        Lease lease = Objects.requireNonNull(claim.lease());
        LeaseTime time =
                new LeaseTime(
                        System::nanoTime,
                        System::currentTimeMillis,
                        new LeaseTime.Sent(System.nanoTime(), System.currentTimeMillis()),
                        lease.remainingMillis());
        RunLog log = new RunLog(tools.ledger(), claim.runId(), lease.leaseId(), tools.clock());
        try (log) {
            LifecycleRun run = new LifecycleRun(tools, claim, lease, log);
            try (LeaseKeeper keeper =
                    new LeaseKeeper(
                            tools.ledger(), claim, lease, time, tools.config().heartbeat(), run)) {
                return run.carryOut(keeper);
            }
        } finally {
            log.awaitDelivery();
        }
    }
}
