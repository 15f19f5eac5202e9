package io.leasehold.state.simulation;

import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.HeartbeatReply;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.simulation.Action.Ending;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A ledger whose leases always have the same time left, so that two of them can be compared. */
record SteadyTime(LedgerDoor ledger) implements LedgerDoor {

    @Override
    public Optional<Disposition> take(LogRecord record) {
        return ledger.take(record);
    }

    @Override
    public void register(String worker, String boot) {
        ledger.register(worker, boot);
    }

    @Override
    public Claimed claim(String worker, String boot, String request) {
        Claimed claimed = ledger.claim(worker, boot, request);
        return new Claimed(
                claimed.registered(),
                claimed.run()
                        .map(run ->
                                new Given(
                                        run.runId(),
                                        run.leaseId(),
                                        run.stack(),
                                        run.kind(),
                                        run.revision(),
                                        LeaseTables.FIRST,
                                        run.inputs(),
                                        run.serial())));
    }

    @Override
    public Optional<HeartbeatReply> beat(Given run, RunPhase phase) {
        return ledger.beat(run, phase)
                .map(reply -> new HeartbeatReply(LeaseTables.APPLYING, reply.instruction()));
    }

    @Override
    public boolean write(Given run, long serial, @Nullable String host) {
        return ledger.write(run, serial, host);
    }

    @Override
    public boolean end(Given run, Ending ending, boolean dropped) {
        return ledger.end(run, ending, dropped);
    }

    @Override
    public void expire(Given run) {
        ledger.expire(run);
    }

    @Override
    public void standStill() {
        ledger.standStill();
    }

    @Override
    public void replay(StackRef stack) {
        ledger.replay(stack);
    }
}
