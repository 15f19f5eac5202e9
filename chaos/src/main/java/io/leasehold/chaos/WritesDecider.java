package io.leasehold.chaos;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds, in what the tenants' server saw, applies that overlapped and applies of old. Pure. */
final class WritesDecider {
    private WritesDecider() {}

    static List<Finding> decide(List<Write> writes, List<Acknowledged> events) {
        Map<Life, List<Write>> byLife = new LinkedHashMap<>();
        for (Write write : writes) {
            byLife.computeIfAbsent(write.life(), _ -> new ArrayList<>()).add(write);
        }
        Map<Life, Instant> deletes = deletes(events);
        List<Finding> findings = new ArrayList<>();
        byLife.forEach((life, ofLife) -> {
            overlaps(life, ofLife, findings);
            old(life, ofLife, deletes.get(life), findings);
        });
        return findings;
    }

    /** When each life was first told to go. */
    private static Map<Life, Instant> deletes(List<Acknowledged> events) {
        Map<Life, Instant> deletes = new HashMap<>();
        for (Acknowledged event : events) {
            if (event.wish().gone()) {
                deletes.merge(event.wish().life(), event.sent(), (a, b) -> a.isBefore(b) ? a : b);
            }
        }
        return deletes;
    }

    /** An apply that writes again after another one has written was not over when that began. */
    private static void overlaps(Life life, List<Write> writes, List<Finding> findings) {
        List<String> over = new ArrayList<>();
        String current = "";
        for (Write write : writes) {
            Marks marks = write.marks();
            if (marks == null || marks.apply().equals(current)) {
                continue;
            }
            if (over.contains(marks.apply())) {
                findings.add(
                        new Finding(
                                Count.APPLIES_OVERLAPPED,
                                life.toString(),
                                "apply %s wrote again at %s, after apply %s had begun"
                                        .formatted(
                                                marks.apply(),
                                                ServerLog.time(write.at()),
                                                current)));
            }
            over.add(current);
            current = marks.apply();
        }
    }

    /**
     * A destroy after a lost apply brings the stack to what was applied last, and then removes it.
     */
    private static void old(
            Life life, List<Write> writes, @Nullable Instant told, List<Finding> findings) {
        long newest = 0;
        for (Write write : writes) {
            Marks marks = write.marks();
            if (marks == null || (told != null && write.at().isAfter(told))) {
                continue;
            }
            if (marks.mark() < newest) {
                findings.add(
                        new Finding(
                                Count.OLD_APPLIES,
                                life.toString(),
                                "was marked %d at %s, and had been marked %d"
                                        .formatted(
                                                marks.mark(), ServerLog.time(write.at()), newest)));
            }
            newest = Math.max(newest, marks.mark());
        }
    }
}
