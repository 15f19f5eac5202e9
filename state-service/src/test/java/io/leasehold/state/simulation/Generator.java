package io.leasehold.state.simulation;

import io.leasehold.ledger.api.RunPhase;
import io.leasehold.state.simulation.Action.Draining;
import io.leasehold.state.simulation.Action.Ending;
import io.leasehold.state.simulation.Action.Fault;
import io.leasehold.state.simulation.Action.Publish;
import io.leasehold.state.simulation.Action.Wish;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Picks what happens next. A seed is a world with a temper of its own: how many tenants, how much
 * goes wrong, whether upstream makes mistakes. Everything comes from the one seeded source.
 */
final class Generator {
    private static final int SIZES = 5;

    private final Random random;
    private final int tenants;
    private final int workers;
    private final int faultsInTen;
    private final boolean mistakes;
    private final boolean upheavals;
    private final int publishing;
    private int publisher;
    private final Map<Integer, List<Publish>> sent = new HashMap<>();
    private final Map<Integer, List<Publish>> late = new HashMap<>();
    private final Map<Integer, Long> generations = new HashMap<>();
    private final Map<Integer, Draining> drained = new HashMap<>();
    private final Map<Integer, Integer> incarnations = new HashMap<>();

    Generator(long seed) {
        random = new Random(seed * 7_919 + 17);
        tenants = 1 + random.nextInt(3);
        workers = 1 + random.nextInt(World.WORKERS);
        faultsInTen = random.nextInt(4);
        mistakes = random.nextInt(4) == 0;
        upheavals = random.nextInt(2) == 0;
        publishing = 8 + random.nextInt(20);
    }

    Action next(World world) {
        int die = random.nextInt(100);
        if (die < 12) {
            return publish();
        }
        if (die < 30) {
            return reads(world);
        }
        if (die < 84 - publishing) {
            return works(world, random.nextInt(workers));
        }
        if (die < 84) {
            return drains();
        }
        if (die < 95 || !upheavals) {
            return passes();
        }
        return upheaval();
    }

    private Action reads(World world) {
        int partition = random.nextInt(Math.min(tenants, World.PARTITIONS));
        return random.nextInt(12) == 0
                ? new Action.Reread(partition, random.nextInt(1 + world.log.get(partition).size()))
                : new Action.Deliver(partition, fault());
    }

    private Action works(World world, int number) {
        Worker worker = world.workers.get(number);
        if (random.nextInt(25) == 0) {
            return switch (random.nextInt(3)) {
                case 0 -> new Action.Crash(number);
                case 1 -> new Action.Register(number, fault());
                default -> new Action.Expire(number);
            };
        }
        if (!worker.registered) {
            return new Action.Register(number, fault());
        }
        if (worker.run == null) {
            return random.nextInt(8) == 0 ? replay() : new Action.Claim(number, fault());
        }
        return runs(worker, number);
    }

    private Action runs(Worker worker, int number) {
        int die = random.nextInt(20);
        if (die < 3) {
            return new Action.Beat(number, fault());
        }
        if (die == 3) {
            return new Action.End(
                    number, random.nextBoolean() ? Ending.AUTHZ : Ending.NETWORK, fault());
        }
        if (worker.written || worker.dropped || worker.stopped || worker.outcome != null) {
            return new Action.End(number, Ending.SUCCESS, fault());
        }
        if (worker.changed) {
            return new Action.Write(number, fault());
        }
        return worker.phase == RunPhase.APPLYING
                ? new Action.Change(number)
                : new Action.Enter(number, fault());
    }

    private Action replay() {
        int tenant = random.nextInt(tenants);
        return new Action.Replay(
                tenant, incarnations.getOrDefault(tenant, 1), random.nextBoolean() ? "a" : "b");
    }

    /**
     * One publisher goes step by step, until the other does: the one stands still wherever it is.
     */
    private Action drains() {
        boolean holds = drained.get(publisher) == Draining.FETCH;
        publisher = random.nextInt(holds ? 3 : 10) == 0 ? 1 - publisher : publisher;
        Draining step = after(drained.get(publisher));
        drained.put(publisher, step);
        return new Action.Drain(publisher, step, fault());
    }

    private static Draining after(@Nullable Draining last) {
        return switch (last) {
            case null -> Draining.ACQUIRE;
            case ACQUIRE -> Draining.FETCH;
            case FETCH -> Draining.SEND;
            case SEND -> Draining.FORGET;
            case FORGET -> Draining.FETCH;
        };
    }

    private Action passes() {
        return switch (random.nextInt(8)) {
            case 0 -> new Action.Pass(20_000 + random.nextInt(80_000), true);
            case 1 -> new Action.Pass(20_000 + random.nextInt(80_000), false);
            case 2 -> new Action.Pass(100 + random.nextInt(900), false);
            default -> new Action.Pass(500 + random.nextInt(9_000), true);
        };
    }

    private Action upheaval() {
        return switch (random.nextInt(6)) {
            case 0, 1 -> new Action.Outage(random.nextInt(3) == 0);
            // A step of a few seconds stays within the grace only if it is alone.
            case 2 ->
                    new Action.Jump(
                            (random.nextBoolean() ? 1 : -1) * (10_000 + random.nextInt(90_000)));
            case 3 -> new Action.RegisterBlueprint(2);
            default -> new Action.PutBack(1_000);
        };
    }

    private Action publish() {
        int tenant = random.nextInt(tenants);
        List<Publish> before = sent.computeIfAbsent(tenant, _ -> new ArrayList<>());
        List<Publish> behind = late.computeIfAbsent(tenant, _ -> new ArrayList<>());
        int die = random.nextInt(20);
        boolean ordered = tenant == World.BY_POSITION;
        if (!before.isEmpty() && die < 3 && !ordered) {
            return pick(before);
        }
        if (!behind.isEmpty() && die < 7) {
            Publish one = behind.removeFirst();
            before.add(one);
            return one;
        }
        if (mistakes && die == 19) {
            return mistake(tenant);
        }
        Publish event = newer(tenant);
        if (die < 9 && !ordered && event.wish() != Wish.DELETED) {
            // It is sent later than the one after it.
            behind.add(event);
            event = newer(tenant);
        }
        before.add(event);
        return event;
    }

    private Publish newer(int tenant) {
        int incarnation = incarnations.getOrDefault(tenant, 1);
        long generation = generations.merge(tenant, 1L + random.nextInt(2), Long::sum);
        Wish wish =
                switch (random.nextInt(14)) {
                    case 0 -> Wish.SUSPENDED;
                    case 1 -> Wish.DELETED;
                    case 2 -> mistakes ? Wish.DELETED_KEEPING : Wish.ACTIVE;
                    default -> Wish.ACTIVE;
                };
        if (wish == Wish.DELETED || wish == Wish.DELETED_KEEPING) {
            // What was held back belongs to the life that ends.
            incarnations.put(tenant, incarnation + 1);
            generations.put(tenant, 0L);
        }
        int version = random.nextInt(8) == 0 ? 2 : 1;
        return new Publish(tenant, incarnation, generation, wish, random.nextInt(SIZES), version);
    }

    private Publish mistake(int tenant) {
        int incarnation = incarnations.getOrDefault(tenant, 1);
        long generation = generations.getOrDefault(tenant, 1L);
        return switch (random.nextInt(5)) {
            case 0 -> new Publish(tenant, incarnation, 1, Wish.GARBLED, 1, 1);
            case 1 -> new Publish(tenant, incarnation, generation, Wish.SUSPENDED, 9, 1);
            case 2 -> new Publish(tenant, incarnation, generation + 2_000_000, Wish.ACTIVE, 1, 1);
            case 3 -> new Publish(tenant, incarnation + 5_000, 1, Wish.ACTIVE, 1, 1);
            default -> new Publish(tenant, incarnation, 1, Wish.DELETED, 1, 1);
        };
    }

    private Fault fault() {
        if (random.nextInt(10) >= faultsInTen) {
            return Fault.NONE;
        }
        return random.nextBoolean() ? Fault.BEFORE : Fault.AFTER;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
