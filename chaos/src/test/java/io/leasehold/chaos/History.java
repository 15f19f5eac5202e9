package io.leasehold.chaos;

import io.leasehold.ledger.api.Disposition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A history made by hand: one tenant that was made and changed once, and nothing wrong with it. */
final class History {
    static final Life LIFE = new Life("acme", 1);
    static final Instant BEGIN = Instant.parse("2026-05-04T12:00:00Z");
    static final Marks MADE = new Marks(1, "aa1", "i0");
    static final Marks CHANGED = new Marks(2, "aa2", "i0");

    final Map<Life, Wish> wanted = new HashMap<>();
    final List<Acknowledged> acknowledged = new ArrayList<>();
    final Map<Acknowledged.Place, Disposition> ends = new HashMap<>();
    final List<Write> writes = new ArrayList<>();
    final Map<Life, TenantsServer.Standing> standing = new HashMap<>();
    final Map<Life, Marks> states = new HashMap<>();
    final List<Observed.Outputs> published = new ArrayList<>();
    final Map<Life, Observed.Outputs> outputs = new HashMap<>();
    final List<String> locks = new ArrayList<>();
    final List<Observed.Ran> runs = new ArrayList<>();
    final Map<Life, String> unsettled = new HashMap<>();
    final List<Observed.Left> left = new ArrayList<>();
    private int second;

    History() {
        sent(new Wish("acme", 1, 1, 1), Disposition.APPLIED);
        apply(MADE);
        outputs(1, MADE);
        sent(new Wish("acme", 1, 2, 2), Disposition.APPLIED);
        apply(CHANGED);
        outputs(2, CHANGED);
        rests(CHANGED);
        runs.add(new Observed.Ran("r1", LIFE, "runner", time(), time()));
    }

    private Instant time() {
        return BEGIN.plusSeconds(second++);
    }

    Acknowledged sent(Wish wish, @Nullable Disposition end) {
        Acknowledged event = new Acknowledged(wish, time(), time(), "topic", 0, second);
        acknowledged.add(event);
        wanted.put(wish.life(), wish);
        if (end != null) {
            ends.put(event.place(), end);
        }
        return event;
    }

    void apply(Marks marks) {
        write(Write.Kind.MARKED, false, marks);
        write(Write.Kind.MARKED, true, marks);
    }

    void write(Write.Kind kind, boolean last, @Nullable Marks marks) {
        writes.add(new Write(time(), "17", LIFE, kind, last, marks));
    }

    void outputs(long generation, Marks marks) {
        Observed.Outputs now = new Observed.Outputs(LIFE, generation, true, marks);
        published.add(now);
        outputs.put(LIFE, now);
    }

    /** State and server agree on that. */
    void rests(Marks marks) {
        standing.put(LIFE, new TenantsServer.Standing(marks, marks));
        states.put(LIFE, marks);
    }

    Observed observed() {
        return new Observed(
                wanted,
                acknowledged,
                ends,
                writes,
                standing,
                states,
                published,
                outputs,
                locks,
                runs,
                unsettled,
                left);
    }

    /** What is counted, each finding once. */
    List<Count> counts() {
        return VerdictsDecider.decide(observed()).stream().map(Finding::count).toList();
    }
}
