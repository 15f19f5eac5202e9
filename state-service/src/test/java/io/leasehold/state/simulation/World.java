package io.leasehold.state.simulation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.HeartbeatReply;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.simulation.Action.Ending;
import io.leasehold.state.simulation.Action.Fault;
import io.leasehold.state.simulation.Action.Wish;
import io.leasehold.state.simulation.LedgerDoor.Given;
import io.leasehold.state.simulation.LedgerDoor.LogRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Upstream with its log, readers, workers and what they build, around a ledger. It carries out one
 * action after the other; what makes no sense where it comes does nothing.
 */
final class World {
    static final int PARTITIONS = 2;
    static final int WORKERS = 3;

    /** The tenant whose source is ordered by position. */
    static final int BY_POSITION = 2;

    final List<List<LogRecord>> log = List.of(new ArrayList<>(), new ArrayList<>());
    final List<Worker> workers = new ArrayList<>();
    final Map<StackRef, String> built = new HashMap<>();
    boolean away;
    private final int[] readers = new int[PARTITIONS];
    private final String tenants;
    private final LedgerDoor ledger;
    private final Clockwork clock;

    /**
     * @param tenants what the ids of the tenants begin with
     */
    World(String tenants, LedgerDoor ledger, Clockwork clock) {
        this.tenants = tenants;
        this.ledger = ledger;
        this.clock = clock;
        for (int i = 0; i < WORKERS; i++) {
            workers.add(new Worker(tenants + "worker-" + i));
        }
    }

    String tenant(int number) {
        return tenants + number;
    }

    boolean isRead(int partition) {
        return readers[partition] >= log.get(partition).size();
    }

    void carryOut(Action.Anywhere action) {
        switch (action) {
            case Action.Publish publish -> publish(publish);
            case Action.Deliver deliver -> deliver(deliver.partition(), deliver.fault());
            case Action.Reread again ->
                    readers[again.partition()] = Math.min(again.from(), readers[again.partition()]);
            case Action.Register register -> register(worker(register.worker()), register.fault());
            case Action.Crash crash -> worker(crash.worker()).dies();
            case Action.Claim claim -> claim(worker(claim.worker()), claim.fault());
            case Action.Beat beat -> beat(worker(beat.worker()), beat.fault());
            case Action.Enter enter -> enter(worker(enter.worker()), enter.fault());
            case Action.Change change -> change(worker(change.worker()));
            case Action.Write write -> write(worker(write.worker()), write.fault());
            case Action.End end -> end(worker(end.worker()), end.ending(), end.fault());
            case Action.Expire expire -> expire(worker(expire.worker()));
            case Action.Replay replay -> {
                if (!away) {
                    ledger.replay(
                            new StackRef(
                                    tenant(replay.tenant()), replay.incarnation(), replay.stack()));
                }
            }
        }
    }

    private Worker worker(int number) {
        return workers.get(number);
    }

    /** Asks the ledger; empty when no answer came. */
    private <T> Optional<T> ask(Fault fault, Supplier<T> question) {
        if (away || fault == Fault.BEFORE) {
            return Optional.empty();
        }
        T answer = question.get();
        return fault == Fault.AFTER ? Optional.empty() : Optional.of(answer);
    }

    private void publish(Action.Publish event) {
        int partition = event.tenant() % PARTITIONS;
        List<LogRecord> records = log.get(partition);
        boolean byPosition = event.tenant() == BY_POSITION;
        records.add(
                new LogRecord(
                        partition,
                        records.size(),
                        byPosition,
                        event.wish() == Wish.GARBLED ? null : data(event, byPosition)));
    }

    private ObjectNode data(Action.Publish event, boolean byPosition) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("tenantId", tenant(event.tenant())).put("incarnation", event.incarnation());
        if (!byPosition) {
            data.put("generation", event.generation());
        }
        boolean delete = event.wish() == Wish.DELETED || event.wish() == Wish.DELETED_KEEPING;
        data.put("lifecycle", delete ? "deleted" : event.wish().name().toLowerCase(Locale.ROOT));
        if (event.wish() == Wish.DELETED_KEEPING) {
            data.putObject("policy").put("deletion", "Retain");
        }
        if (!delete) {
            var blueprint = KnownBlueprints.key(event.version());
            data.putObject("blueprint")
                    .put("name", blueprint.name())
                    .put("version", blueprint.version());
            data.putObject("variables").put("size", event.size());
        }
        return data;
    }

    private void deliver(int partition, Fault fault) {
        if (isRead(partition)) {
            return;
        }
        LogRecord record = log.get(partition).get(readers[partition]);
        Optional<Optional<Disposition>> answer = ask(fault, () -> ledger.take(record));
        if (answer.isPresent()) {
            // What was not looked at is behind a gap: the reader goes back to what the ledger has.
            readers[partition] = answer.get().isPresent() ? readers[partition] + 1 : 0;
        }
    }

    private void register(Worker worker, Fault fault) {
        worker.begins();
        worker.registered =
                ask(
                                fault,
                                () -> {
                                    ledger.register(worker.name, worker.boot());
                                    return true;
                                })
                        .isPresent();
    }

    private void claim(Worker worker, Fault fault) {
        if (!worker.registered || worker.run != null) {
            return;
        }
        long sentAt = clock.time();
        ask(fault, () -> ledger.claim(worker.name, worker.boot(), worker.request()))
                .ifPresent(answer -> worker.answered(answer, sentAt));
    }

    private void beat(Worker worker, Fault fault) {
        beat(worker, worker.phase, fault);
    }

    private void enter(Worker worker, Fault fault) {
        if (!worker.dropped && worker.doorsOpen(clock.time())) {
            beat(
                    worker,
                    worker.phase == RunPhase.CLAIMED ? RunPhase.PLANNING : RunPhase.APPLYING,
                    fault);
        }
    }

    private void beat(Worker worker, RunPhase phase, Fault fault) {
        Given run = worker.run;
        if (run != null && !worker.stopped && worker.outcome == null) {
            long sentAt = clock.time();
            Optional<Optional<HeartbeatReply>> answer = ask(fault, () -> ledger.beat(run, phase));
            answer.ifPresent(reply -> worker.beaten(reply, phase, sentAt));
        }
    }

    private void change(Worker worker) {
        Given run = worker.run;
        if (run != null && worker.mayChange(clock.time())) {
            built.put(run.stack(), run.kind() == RunKind.DESTROY ? "nothing" : run.inputs());
            worker.changed = true;
        }
    }

    private void write(Worker worker, Fault fault) {
        Given run = worker.run;
        if (run != null && worker.changed && worker.outcome == null) {
            Optional<Boolean> taken =
                    ask(fault, () -> ledger.write(run, run.serial() + 1, worker.host()));
            if (taken.isPresent()) {
                worker.written = taken.get();
                worker.stopped |= !taken.get();
            }
        }
    }

    private void end(Worker worker, Ending ending, Fault fault) {
        Given run = worker.run;
        boolean tooEarly =
                ending == Ending.SUCCESS
                        && worker.outcome == null
                        && !worker.written
                        && !worker.dropped
                        && !worker.stopped;
        if (run == null || tooEarly) {
            return;
        }
        if (worker.stopped) {
            worker.idle();
            return;
        }
        Ending said = worker.outcome == null ? ending : worker.outcome;
        worker.outcome = said;
        if (ask(fault, () -> ledger.end(run, said, worker.dropped)).isPresent()) {
            worker.idle();
        }
    }

    private void expire(Worker worker) {
        Given run = worker.run;
        if (run != null && !away) {
            clock.pass(worker.left(clock.time()) + 1);
            ledger.expire(run);
        }
    }

    /** What is built of a stack; "nothing" when nothing is. */
    String builtOf(StackRef stack) {
        return built.getOrDefault(stack, "nothing");
    }

    /** The newest wish of a tenant's life, where its events are well formed. */
    @Nullable LogRecord newestOf(String tenantId, int incarnation) {
        return log.stream()
                .flatMap(List::stream)
                .filter(record -> {
                    ObjectNode data = record.data();
                    return data != null
                            && data.path("tenantId").asText().equals(tenantId)
                            && data.path("incarnation").asInt() == incarnation;
                })
                .max(
                        Comparator.comparingLong(record ->
                                record.byPosition()
                                        ? record.offset()
                                        : record.data() == null
                                                ? 0
                                                : record.data().path("generation").asLong()))
                .orElse(null);
    }
}
