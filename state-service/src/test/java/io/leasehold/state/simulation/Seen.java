package io.leasehold.state.simulation;

import io.leasehold.ledger.api.Disposition;
import io.leasehold.state.simulation.Tables.Event;
import io.leasehold.state.simulation.Tables.Life;
import io.leasehold.state.simulation.Tables.Stack;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/** What anybody sees of a ledger, as lines: of tables in memory here, of a database in its test. */
final class Seen {
    private Seen() {}

    static List<String> of(Tables tables) {
        List<String> lines = new ArrayList<>();
        tables.lives.values().forEach(life -> lines.add(life(life)));
        tables.stacks.values().forEach(stack -> lines.add(stack(tables, stack)));
        tables.events.forEach(event -> lines.add(event(event)));
        return lines.stream().sorted().toList();
    }

    private static String life(Life life) {
        return line(
                "life",
                life.id.tenantId(),
                life.id.incarnation(),
                life.generation,
                life.lifecycle.name().toLowerCase(Locale.ROOT),
                life.observed,
                life.attempted,
                life.waiting == null ? "-" : life.waiting,
                life.gone);
    }

    private static String stack(Tables tables, Stack s) {
        return line(
                "stack",
                s.ref.tenantId(),
                s.ref.incarnation(),
                s.ref.stack(),
                s.wanted,
                s.revision,
                s.appliedRevision,
                s.appliedGeneration,
                s.destroyed,
                s.due,
                s.waitingCode == null ? "-" : s.waitingCode,
                s.failedCode == null ? "-" : s.failedCode,
                s.attempts,
                s.replans,
                s.leaseId != null,
                count(s, "RUN"),
                count(s, "ORPHAN"),
                tables.runs.values().stream().filter(run -> run.stack().equals(s.ref)).count(),
                s.outHash == null ? "-" : Objects.requireNonNullElse(s.outHost, "none"),
                s.outHash == null ? 0 : s.outGeneration,
                s.outReady);
    }

    private static long count(Stack stack, String kind) {
        return stack.states.stream().filter(state -> state.kind().equals(kind)).count();
    }

    private static String event(Event event) {
        Long generation = event.disposition() == Disposition.PENDING ? event.generation() : null;
        return line(
                "event",
                event.partition(),
                event.offset(),
                event.disposition(),
                generation == null ? 0 : generation);
    }

    private static String line(Object... parts) {
        return String.join(" ", Stream.of(parts).map(String::valueOf).toList());
    }
}
