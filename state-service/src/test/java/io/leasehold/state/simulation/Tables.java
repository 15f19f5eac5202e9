package io.leasehold.state.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.blueprint.BlueprintKey;
import io.leasehold.state.outbox.Shard;
import io.leasehold.state.source.PlaceDecider.Spot;
import io.leasehold.state.stack.Plan;
import io.leasehold.state.stack.Situation.Lifecycle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's tables. A transaction works on a copy, which takes the tables' place when it
 * commits; committed tables are never changed, so that any of them can be put back.
 */
final class Tables {
    final Map<LifeId, Life> lives = new LinkedHashMap<>();
    final Map<StackRef, Stack> stacks = new LinkedHashMap<>();
    final Map<String, Run> runs = new LinkedHashMap<>();
    final List<Event> events = new ArrayList<>();
    final Map<StackRef, Letter> letters = new LinkedHashMap<>();
    final List<Message> outbox = new ArrayList<>();
    final Map<String, String> boots = new LinkedHashMap<>();
    final List<Loss> losses = new ArrayList<>();
    final Set<BlueprintKey> blueprints = new LinkedHashSet<>();
    final Map<Integer, Long> watermarks = new HashMap<>();
    Shard shard = new Shard(0, null, null, null, false);
    long shardUntil;
    long beatenAt;
    long numbers;

    record LifeId(String tenantId, int incarnation) {}

    /**
     * An event's row.
     *
     * @param generation null where the event is not accepted
     */
    record Event(
            long id,
            LifeId life,
            @Nullable Long generation,
            int partition,
            long offset,
            Disposition disposition) {
        Event as(Disposition other) {
            return new Event(id, life, generation, partition, offset, other);
        }
    }

    /**
     * @param end null while it is at work
     */
    record Run(
            String id,
            StackRef stack,
            RunKind kind,
            RunPhase phase,
            long revision,
            long generation,
            String leaseId,
            @Nullable String end) {
        Run in(RunPhase other) {
            return new Run(id, stack, kind, other, revision, generation, leaseId, end);
        }

        Run ended(String how) {
            return new Run(id, stack, kind, RunPhase.FINISHED, revision, generation, leaseId, how);
        }
    }

    /**
     * A state version.
     *
     * @param kind SEED, RUN or ORPHAN
     * @param host the one output; null for none
     */
    record State(
            long version,
            String lineage,
            long serial,
            String md5,
            String kind,
            @Nullable String leaseId,
            @Nullable String host) {}

    /**
     * A run whose worker was lost.
     *
     * @param at when the worker was last heard of
     */
    record Loss(StackRef stack, long revision, long at, boolean counted) {
        Loss forgiven() {
            return new Loss(stack, 0, at, counted);
        }
    }

    /** The dead letter of a failed run. */
    record Letter(long revision, long generation, String status, int replays) {}

    /** What the topic of outputs is told; {@code hash} is null for a withdrawal. */
    record Message(
            long id,
            StackRef stack,
            @Nullable String hash,
            @Nullable String host,
            long generation,
            boolean ready) {}

    /** One life of a tenant. */
    static final class Life implements Cloneable {
        final LifeId id;
        long generation;
        String hash = "";
        Lifecycle lifecycle = Lifecycle.ACTIVE;
        @Nullable ObjectNode spec;
        JsonNode deletePolicy = MissingNode.getInstance();
        @Nullable BlueprintKey blueprint;
        Map<Long, String> hashes = Map.of();
        @Nullable Spot spot;
        long observed;
        long attempted;
        @Nullable String waiting;
        boolean gone;

        Life(LifeId id) {
            this.id = id;
        }

        Life copy() {
            try {
                return (Life) clone();
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** One stack: what is wanted, what was applied, who holds it, and its states. */
    static final class Stack implements Cloneable {
        final StackRef ref;
        boolean wanted;
        long revision;
        String inputHash = "";
        long generation;
        BlueprintKey blueprint;
        long appliedRevision;
        long appliedGeneration;
        boolean destroyed;
        boolean applyStarted;
        boolean due;
        long dueSince;
        @Nullable String waitingCode;
        @Nullable String waitingReason;
        long failedRevision;
        @Nullable String failedCode;
        int attempts;
        int replans;
        long notBefore;
        Map<Long, Plan.Content> contents = Map.of();

        @Nullable String leaseId;
        @Nullable String leaseRun;
        @Nullable String leaseWorker;
        @Nullable String leaseBoot;
        @Nullable String leaseRequest;
        long leaseUntil;
        boolean beaten;
        long beatenAt;

        long rememberedRevision;
        long rememberedGeneration;
        long rememberedState;
        @Nullable String outHash;
        @Nullable String outHost;
        long outGeneration;
        boolean outReady;
        List<State> states = List.of();

        Stack(StackRef ref, BlueprintKey blueprint) {
            this.ref = ref;
            this.blueprint = blueprint;
        }

        /** The newest state, orphans left out. */
        State head() {
            return states.reversed().stream()
                    .filter(state -> !state.kind().equals("ORPHAN"))
                    .findFirst()
                    .orElseThrow();
        }

        void free() {
            leaseId = null;
            leaseRun = null;
            leaseWorker = null;
            leaseBoot = null;
            leaseRequest = null;
            beaten = false;
        }

        Stack copy() {
            try {
                return (Stack) clone();
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    Tables copy() {
        Tables copy = new Tables();
        lives.forEach((id, life) -> copy.lives.put(id, life.copy()));
        stacks.forEach((ref, stack) -> copy.stacks.put(ref, stack.copy()));
        copy.runs.putAll(runs);
        copy.events.addAll(events);
        copy.letters.putAll(letters);
        copy.outbox.addAll(outbox);
        copy.boots.putAll(boots);
        copy.losses.addAll(losses);
        copy.blueprints.addAll(blueprints);
        copy.watermarks.putAll(watermarks);
        copy.shard = shard;
        copy.shardUntil = shardUntil;
        copy.beatenAt = beatenAt;
        copy.numbers = numbers;
        return copy;
    }

    /** The next of the numbers that rows are told apart by. */
    long next() {
        return ++numbers;
    }

    Life life(StackRef stack) {
        return present(lives.get(new LifeId(stack.tenantId(), stack.incarnation())));
    }

    Stack stack(StackRef ref) {
        return present(stacks.get(ref));
    }

    Run run(String id) {
        return present(runs.get(id));
    }

    /** In name order. */
    List<Stack> stacksOf(LifeId id) {
        return stacks.values().stream()
                .filter(stack ->
                        stack.ref.tenantId().equals(id.tenantId())
                                && stack.ref.incarnation() == id.incarnation())
                .sorted(Comparator.comparing(stack -> stack.ref.stack()))
                .toList();
    }

    /** Oldest first. */
    List<Life> livesOf(String tenantId) {
        return lives.values().stream()
                .filter(life -> life.id.tenantId().equals(tenantId))
                .sorted(Comparator.comparingInt(life -> life.id.incarnation()))
                .toList();
    }

    private static <T> T present(@Nullable T row) {
        if (row == null) {
            throw new IllegalStateException("no such row");
        }
        return row;
    }
}
