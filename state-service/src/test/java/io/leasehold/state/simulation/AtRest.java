package io.leasehold.state.simulation;

import static io.leasehold.state.simulation.Invariants.require;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.tenant.SpecHash;
import io.leasehold.state.simulation.LedgerDoor.LogRecord;
import io.leasehold.state.simulation.Tables.Event;
import io.leasehold.state.simulation.Tables.Letter;
import io.leasehold.state.simulation.Tables.Life;
import io.leasehold.state.simulation.Tables.Message;
import io.leasehold.state.simulation.Tables.Stack;
import io.leasehold.state.stack.Waits;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What must hold once everything has come to rest. */
final class AtRest {
    private final World world;
    private final Tables tables;
    private final OutputTopic topic;
    private final Invariants excuses;

    AtRest(World world, Tables tables, OutputTopic topic, Invariants excuses) {
        this.world = world;
        this.tables = tables;
        this.topic = topic;
        this.excuses = excuses;
    }

    void check() {
        tables.events.forEach(this::ended);
        tables.stacks.values().forEach(this::stack);
        tables.lives.values().forEach(this::life);
    }

    private void ended(Event event) {
        boolean excused =
                tables.lives.containsKey(event.life())
                        && (isWaiting(event)
                                || tables.stacksOf(event.life()).stream()
                                        .anyMatch(stack -> Quiet.saysWhyNot(tables, stack)));
        require(
                Quiet.isEnd(event.disposition()) || excused,
                "the event at " + event.partition() + "/" + event.offset() + " never ends");
    }

    private boolean isWaiting(Event event) {
        Life life = tables.lives.get(event.life());
        return life != null && life.waiting != null;
    }

    private void stack(Stack stack) {
        boolean asWanted = stack.wanted ? stack.appliedRevision == stack.revision : stack.destroyed;
        require(
                asWanted || Quiet.saysWhyNot(tables, stack),
                stack.ref + " is not as it is wanted and does not say why");
        runsAreAccountedFor(stack);
        if (excuses.unsettled.contains(stack.ref)) {
            return;
        }
        published(stack);
        built(stack, asWanted);
    }

    private void runsAreAccountedFor(Stack stack) {
        Map<String, Long> ends =
                tables.runs.values().stream()
                        .filter(run -> run.stack().equals(stack.ref))
                        .collect(
                                Collectors.groupingBy(
                                        run -> String.valueOf(run.end()), Collectors.counting()));
        Letter letter = tables.letters.get(stack.ref);
        long again = letter == null ? 0 : letter.replays();
        long first = ends.values().stream().mapToLong(Long::longValue).sum();
        long repeated =
                ends.getOrDefault("RETRYING", 0L)
                        + ends.getOrDefault("LOST", 0L)
                        + ends.getOrDefault("DROPPED", 0L);
        require(
                first - repeated <= stack.revision + again,
                stack.ref + " had more runs than it has reasons for: " + ends);
    }

    private void published(Stack stack) {
        Optional<Message> newest = topic.newest(stack.ref);
        String told = newest.map(AtRest::told).orElse("nothing");
        String wanted =
                stack.outHash == null
                        ? "nothing"
                        : stack.outHost
                                + " of "
                                + stack.outGeneration
                                + ", ready: "
                                + stack.outReady;
        require(told.equals(wanted), stack.ref + ": the topic says " + told + ", not " + wanted);
        require(
                !stack.outReady || stack.outGeneration == stack.appliedGeneration,
                stack.ref
                        + " does not tell those who wait for generation "
                        + stack.appliedGeneration);
    }

    private static String told(Message message) {
        return message.hash() == null
                ? "nothing"
                : message.host() + " of " + message.generation() + ", ready: " + message.ready();
    }

    /** What is really there is what the state says, and the state is what was wanted. */
    private void built(Stack stack, boolean asWanted) {
        var content = stack.contents.get(stack.appliedRevision);
        if (stack.wanted && asWanted && content != null) {
            String inputs = content.inputs().toString();
            require(
                    world.builtOf(stack.ref).equals(inputs),
                    stack.ref + " is " + world.builtOf(stack.ref) + ", not " + inputs);
            require(
                    Worker.hostOf(inputs).equals(stack.head().host()),
                    stack.ref + " has the state of something else: " + stack.head());
        }
        if (stack.destroyed && !Waits.RETAINED.equals(stack.waitingCode)) {
            require(
                    world.builtOf(stack.ref).equals("nothing"),
                    stack.ref + " is gone and " + world.builtOf(stack.ref) + " was left behind");
        }
    }

    /** A history in which upstream made no mistake ends at its newest event, in any order. */
    private void life(Life life) {
        List<LogRecord> history =
                world.log.stream()
                        .flatMap(List::stream)
                        .filter(record -> isOf(record, life.id.tenantId()))
                        .toList();
        LogRecord newest = world.newestOf(life.id.tenantId(), life.id.incarnation());
        ObjectNode data = newest == null ? null : newest.data();
        if (data != null && isWellFormed(history, data)) {
            require(
                    life.hash.equals(SpecHash.of(data)),
                    life.id + " is not what its newest event wants: " + data);
        }
    }

    private static boolean isOf(LogRecord record, String tenantId) {
        ObjectNode data = record.data();
        return data != null && data.path("tenantId").asText().equals(tenantId);
    }

    private static boolean isWellFormed(List<LogRecord> history, ObjectNode newest) {
        Map<Long, String> hashes = new HashMap<>();
        Set<Integer> lives = new HashSet<>();
        long highest = newest.path("generation").asLong();
        for (LogRecord record : history) {
            ObjectNode data = record.data();
            if (data == null) {
                continue;
            }
            lives.add(data.path("incarnation").asInt());
            long place = record.byPosition() ? record.offset() : data.path("generation").asLong();
            String hash = SpecHash.of(data);
            boolean early =
                    data.path("lifecycle").asText().equals("deleted")
                            && !hash.equals(SpecHash.of(newest));
            boolean jump = !record.byPosition() && highest - place > 1_000_000;
            if (early || jump || !hashes.computeIfAbsent(place, _ -> hash).equals(hash)) {
                return false;
            }
        }
        return lives.size() == 1;
    }
}
