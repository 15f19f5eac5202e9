package io.leasehold.state.simulation;

import static io.leasehold.state.simulation.Invariants.require;

import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.state.simulation.Action.Draining;
import io.leasehold.state.simulation.Action.Ending;
import io.leasehold.state.simulation.Action.Fault;
import io.leasehold.state.simulation.Tables.Stack;

/** Lets everything come to rest: nothing new happens, and nothing goes wrong any more. */
final class Quiet {
    private static final int MOST_ROUNDS = 300;

    private final Simulation simulation;
    private final World world;
    private final MemoryLedger ledger;
    private final Clockwork clock;

    Quiet(Simulation simulation, World world, MemoryLedger ledger, Clockwork clock) {
        this.simulation = simulation;
        this.world = world;
        this.ledger = ledger;
        this.clock = clock;
    }

    void comes() {
        simulation.carryOut(new Action.Outage(false));
        simulation.carryOut(new Action.RegisterBlueprint(2));
        // A reader that is assigned its partition anew asks the ledger where to begin.
        simulation.carryOut(new Action.Reread(0, 0));
        simulation.carryOut(new Action.Reread(1, 0));
        for (int round = 0; !atRest(); round++) {
            require(round < MOST_ROUNDS, "nothing new happens, and it does not come to rest");
            for (int partition = 0; partition < World.PARTITIONS; partition++) {
                readAll(partition);
            }
            for (int worker = 0; worker < World.WORKERS; worker++) {
                work(worker);
            }
            drain();
            simulation.carryOut(new Action.Pass(2_000, true));
            sleepUntilSomethingIsDue();
        }
    }

    void readAll(int partition) {
        for (int i = 0; i < 1_000 && !world.isRead(partition); i++) {
            simulation.carryOut(new Action.Deliver(partition, Fault.NONE));
        }
    }

    private void work(int number) {
        Worker worker = world.workers.get(number);
        if (!worker.registered) {
            simulation.carryOut(new Action.Register(number, Fault.NONE));
        }
        if (worker.run == null) {
            simulation.carryOut(new Action.Claim(number, Fault.NONE));
        } else if (worker.outcome == null
                && !worker.written
                && !worker.dropped
                && !worker.doorsOpen(clock.time())) {
            simulation.carryOut(new Action.End(number, Ending.NETWORK, Fault.NONE));
        } else {
            simulation.carryOut(new Action.Enter(number, Fault.NONE));
            if (worker.phase == RunPhase.APPLYING) {
                simulation.carryOut(new Action.Change(number));
                simulation.carryOut(new Action.Write(number, Fault.NONE));
            }
            simulation.carryOut(new Action.End(number, Ending.SUCCESS, Fault.NONE));
        }
    }

    private void drain() {
        for (Draining step : Draining.values()) {
            simulation.carryOut(new Action.Drain(0, step, Fault.NONE));
        }
    }

    /** A retry may wait for hours. */
    private void sleepUntilSomethingIsDue() {
        long now = clock.database();
        boolean busy =
                ledger.tables().stacks.values().stream()
                        .anyMatch(stack ->
                                stack.leaseId != null || (isDue(stack) && stack.notBefore <= now));
        long wake =
                ledger.tables().stacks.values().stream()
                        .filter(Quiet::isDue)
                        .mapToLong(stack -> stack.notBefore)
                        .min()
                        .orElse(now);
        if (!busy && wake > now) {
            simulation.carryOut(new Action.Pass((int) (wake - now), false));
        }
    }

    private static boolean isDue(Stack stack) {
        return stack.due && stack.waitingCode == null;
    }

    private boolean atRest() {
        Tables tables = ledger.tables();
        return world.isRead(0)
                && world.isRead(1)
                && tables.outbox.isEmpty()
                && world.workers.stream().allMatch(worker -> worker.run == null)
                && tables.stacks.values().stream()
                        .noneMatch(stack -> stack.leaseId != null || isDue(stack));
    }

    /** Whether a stack says in plain words why it is not as it is wanted. */
    static boolean saysWhyNot(Tables tables, Stack stack) {
        return stack.waitingCode != null
                || (stack.failedRevision == stack.revision && stack.failedCode != null)
                || tables.life(stack.ref).waiting != null;
    }

    static boolean isEnd(Disposition disposition) {
        return disposition != Disposition.PENDING && disposition != Disposition.BEHIND;
    }
}
