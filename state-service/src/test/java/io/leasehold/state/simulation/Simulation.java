package io.leasehold.state.simulation;

import io.leasehold.state.simulation.Action.Fault;
import io.leasehold.state.simulation.Tables.Life;
import io.leasehold.state.simulation.Tables.Stack;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One world, from its beginning through a trace until it has come to rest. */
final class Simulation {
    private static final long PULSE = 2_000;
    private static final int ACTIONS = 120;

    private final Clockwork clock = new Clockwork();
    private final MemoryLedger ledger;
    private final OutputTopic topic = new OutputTopic();
    private final List<Publisher> publishers = new ArrayList<>();
    private final World world;
    private final Invariants invariants;
    private final Quiet quiet;

    private Simulation(@Nullable Defect defect) {
        ledger = new MemoryLedger(clock, defect);
        world = new World("t", ledger, clock);
        publishers.add(new Publisher(0, ledger, topic, defect));
        publishers.add(new Publisher(1, ledger, topic, defect));
        invariants = new Invariants(world, ledger, clock);
        quiet = new Quiet(this, world, ledger, clock);
        ledger.onCommit(invariants::committed);
    }

    /** A trace that breaks something, and what it breaks. */
    record Failure(List<Action> trace, String what) {}

    /** The world of a seed; the failure, if there is one, is as short as it gets. */
    static Optional<Failure> explore(long seed, @Nullable Defect defect) {
        Generator generator = new Generator(seed);
        Simulation simulation = new Simulation(defect);
        List<Action> trace = new ArrayList<>();
        Optional<String> broken =
                broken(() -> {
                    while (trace.size() < ACTIONS) {
                        Action action = generator.next(simulation.world);
                        trace.add(action);
                        simulation.carryOut(action);
                    }
                    simulation.rest();
                });
        return broken.map(what -> new Failure(trace, what)).map(found -> shrink(found, defect));
    }

    /** What a trace breaks, if anything. */
    static Optional<String> play(List<Action> trace, @Nullable Defect defect) {
        Simulation simulation = new Simulation(defect);
        return broken(() -> {
            trace.forEach(simulation::carryOut);
            simulation.rest();
        });
    }

    private static Optional<String> broken(Runnable story) {
        try {
            story.run();
            return Optional.empty();
        } catch (AssertionError | RuntimeException e) {
            return Optional.of(String.valueOf(e));
        }
    }

    /** Leaves out whatever is not needed for something to break: halves first, then one by one. */
    private static Failure shrink(Failure found, @Nullable Defect defect) {
        Failure shortest = found;
        for (int size = found.trace().size() / 2; size > 0; size /= 2) {
            for (int from = 0; from < shortest.trace().size(); ) {
                List<Action> less = new ArrayList<>(shortest.trace());
                less.subList(from, Math.min(from + size, less.size())).clear();
                Optional<String> still = play(less, defect);
                if (still.isPresent()) {
                    shortest = new Failure(List.copyOf(less), still.get());
                } else {
                    from += size;
                }
            }
        }
        return shortest;
    }

    void carryOut(Action action) {
        switch (action) {
            case Action.Anywhere anywhere -> world.carryOut(anywhere);
            case Action.Pass pass -> pass(pass.millis(), pass.beating());
            case Action.Outage outage -> world.away = outage.away();
            case Action.Jump jump -> clock.set(jump.millis());
            case Action.PutBack back -> putBack(back.millis());
            case Action.Drain drain -> {
                Fault fault = world.away ? Fault.BEFORE : drain.fault();
                publishers.get(drain.publisher()).step(drain.step(), fault);
            }
            case Action.RegisterBlueprint blueprint ->
                    ledger.registerBlueprint(blueprint.version());
        }
        invariants.doors();
    }

    private void pass(int millis, boolean beating) {
        for (long left = millis; left > 0; left -= PULSE) {
            clock.pass(beating ? Math.min(left, PULSE) : left);
            if (!beating) {
                return;
            }
            if (!world.away) {
                ledger.pulse();
            }
        }
    }

    private void putBack(int millis) {
        Tables before = ledger.tables();
        ledger.putBack(millis);
        invariants.putBack(before, ledger.tables());
    }

    private void rest() {
        quiet.comes();
        new AtRest(world, ledger.tables(), topic, invariants).check();
        String then = wanted(ledger.tables());
        readAgain();
        Invariants.require(wanted(ledger.tables()).equals(then), "reading again changes something");
        // By an operator's act everything is judged again: each record has two rows then.
        ledger.onCommit((_, _) -> {});
        ledger.rewind();
        readAgain();
        Invariants.require(wanted(ledger.tables()).equals(then), "judging again changes something");
    }

    private void readAgain() {
        for (int partition = 0; partition < World.PARTITIONS; partition++) {
            carryOut(new Action.Reread(partition, 0));
            quiet.readAll(partition);
        }
    }

    private static String wanted(Tables tables) {
        StringBuilder text = new StringBuilder();
        for (Life life : tables.lives.values()) {
            text.append(life.id)
                    .append(' ')
                    .append(life.generation)
                    .append(life.hash)
                    .append(life.lifecycle)
                    .append(life.observed)
                    .append(life.waiting)
                    .append(life.gone)
                    .append('\n');
        }
        for (Stack stack : tables.stacks.values()) {
            text.append(stack.ref)
                    .append(' ')
                    .append(stack.revision)
                    .append(' ')
                    .append(stack.appliedRevision)
                    .append(stack.due)
                    .append(stack.destroyed)
                    .append(stack.waitingCode)
                    .append('\n');
        }
        return text.toString();
    }
}
