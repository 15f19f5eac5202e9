package io.leasehold.state.simulation;

import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.HeartbeatReply;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.lease.LeaseVerdict;
import io.leasehold.state.outbox.Shard;
import io.leasehold.state.outbox.ShardDecider;
import io.leasehold.state.simulation.Action.Ending;
import io.leasehold.state.simulation.Tables.Message;
import io.leasehold.state.simulation.Tables.Run;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The ledger with tables in memory: production's deciders, and transactions that happen whole or
 * not at all. What a service does in several transactions is several here too.
 */
final class MemoryLedger implements LedgerDoor {
    private static final long SHARD_LEASE = 10_000;

    private final Clockwork clock;
    private final OutputTables outputs;
    private final PlanTables plans;
    private final IntakeTables intake;
    private final RunTables runs;
    private final LeaseTables leases;
    private final StateTables states;
    private final @Nullable Defect defect;
    private final Deque<Kept> kept = new ArrayDeque<>();
    private BiConsumer<Tables, Tables> onCommit = (_, _) -> {};
    private Tables tables = new Tables();
    private int secrets;

    /** What the tables were at a time. */
    private record Kept(long time, Tables tables) {}

    MemoryLedger(Clockwork clock, @Nullable Defect defect) {
        this.clock = clock;
        this.defect = defect;
        outputs = new OutputTables(defect);
        plans = new PlanTables(outputs);
        intake = new IntakeTables(plans, defect);
        runs = new RunTables(plans, outputs, defect);
        leases = new LeaseTables(outputs, defect);
        states = new StateTables(defect);
        tables.beatenAt = clock.database();
        tables.blueprints.add(KnownBlueprints.key(1));
    }

    Tables tables() {
        return tables;
    }

    PlanTables plans() {
        return plans;
    }

    /** Looks on at every commit: the tables before and after. */
    void onCommit(BiConsumer<Tables, Tables> looking) {
        onCommit = looking;
    }

    private <T> T commit(Function<Tables, T> transaction) {
        Tables next = tables.copy();
        T result = transaction.apply(next);
        Tables before = tables;
        kept.addLast(new Kept(clock.time(), before));
        while (kept.size() > 1 && kept.getFirst().time() < clock.time() - 10_000) {
            kept.removeFirst();
        }
        tables = next;
        onCommit.accept(before, next);
        return result;
    }

    private void change(Consumer<Tables> transaction) {
        commit(next -> {
            transaction.accept(next);
            return true;
        });
    }

    /** Secrets are random: what was given out once never comes again, whatever is put back. */
    private String secret() {
        return "lease-" + ++secrets;
    }

    @Override
    public Optional<Disposition> take(LogRecord record) {
        if (defect == Defect.ACKNOWLEDGED_BEFORE_IT_IS_DURABLE) {
            change(next ->
                    next.watermarks.merge(record.partition(), record.offset() + 1, Math::max));
        }
        return commit(next -> intake.take(next, record));
    }

    @Override
    public void register(String worker, String boot) {
        change(next -> next.boots.put(worker, boot));
        free(LeaseTables.ofOlderBoots(tables, worker, boot));
    }

    private void free(List<String> lost) {
        for (String id : lost) {
            change(next -> {
                Run run = next.run(id);
                if (run.end() == null) {
                    runs.lost(next, run, clock.database());
                }
            });
        }
    }

    @Override
    public Claimed claim(String worker, String boot, String request) {
        return commit(
                next -> leases.claim(next, worker, boot, request, secret(), clock.database()));
    }

    /** The next claims get this stack, if it is due. */
    void prefer(@Nullable StackRef stack) {
        leases.preferred = stack;
    }

    @Override
    public Optional<HeartbeatReply> beat(Given run, RunPhase phase) {
        LeaseTables.Beat beat = commit(next -> leases.beat(next, run, phase, clock.database()));
        if (beat.verdict() == LeaseVerdict.UNSURE) {
            beatPulse();
            beat = commit(next -> leases.beat(next, run, phase, clock.database()));
        }
        return Optional.ofNullable(beat.reply());
    }

    @Override
    public boolean write(Given run, long serial, @Nullable String host) {
        return commit(next -> states.write(next, run, serial, host));
    }

    @Override
    public boolean end(Given run, Ending ending, boolean dropped) {
        return commit(next -> runs.end(next, run, ending, dropped, clock.database()));
    }

    @Override
    public void replay(StackRef stack) {
        change(next -> runs.replay(next, stack));
    }

    /** What a service does every two seconds. */
    void pulse() {
        beatPulse();
        free(leases.runOut(tables, clock.database()));
    }

    private void beatPulse() {
        change(next -> leases.beatPulse(next, clock.database()));
    }

    @Override
    public void expire(Given run) {
        beatPulse();
        change(next -> {
            Tables.Stack stack = next.stacks.get(run.stack());
            if (stack != null && run.leaseId().equals(stack.leaseId)) {
                stack.leaseUntil =
                        Math.min(stack.leaseUntil, clock.database() - 2 * LeaseTables.GRACE);
            }
        });
        free(leases.runOut(tables, clock.database()));
    }

    @Override
    public void standStill() {
        change(next ->
                next.stacks
                        .values()
                        .forEach(stack -> {
                            stack.notBefore = 0;
                            stack.leaseUntil = clock.database() + 3_600_000;
                        }));
    }

    void registerBlueprint(int version) {
        change(next -> {
            next.blueprints.add(KnownBlueprints.key(version));
            next.lives.keySet().forEach(life -> plans.replan(next, life));
        });
    }

    /** The database is what it was that long ago. Nobody is told. */
    void putBack(long millis) {
        long then = clock.time() - millis;
        Tables old = tables;
        for (Kept each : kept.reversed()) {
            // What is kept stood until its time.
            if (each.time() < then) {
                break;
            }
            old = each.tables();
        }
        tables = old;
    }

    /** An operator has the whole input judged again. */
    void rewind() {
        change(next -> next.watermarks.clear());
    }

    /** The lease of the one shard; empty when somebody else drains it. */
    Optional<String> acquire(String publisher, String boot) {
        return commit(next -> {
            long now = clock.database();
            Shard shard = next.shard;
            Shard seen =
                    new Shard(
                            0,
                            shard.publisher(),
                            shard.bootId(),
                            shard.leaseId(),
                            next.shardUntil > now);
            List<ShardDecider.Grant> grants =
                    ShardDecider.decide(List.of(seen), publisher, boot, 1);
            if (grants.isEmpty()) {
                return Optional.empty();
            }
            String keptLease = grants.getFirst().keptLease();
            String lease = keptLease == null ? secret() : keptLease;
            next.shard = new Shard(0, publisher, boot, lease, true);
            next.shardUntil = now + SHARD_LEASE;
            return Optional.of(lease);
        });
    }

    /** What waits, in order; empty when the shard is somebody else's. */
    Optional<List<Message>> waiting(String lease) {
        return lease.equals(tables.shard.leaseId())
                ? Optional.of(List.copyOf(tables.outbox))
                : Optional.empty();
    }

    /** Forgets what the broker has, if the shard is still whose lease that is. */
    void published(String lease, List<Message> sent) {
        change(next -> {
            if (lease.equals(next.shard.leaseId())) {
                next.outbox.removeAll(sent);
            }
        });
    }
}
