package io.leasehold.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is told at the end. Pure. */
final class Report {
    private static final int MOST_NAMED = 20;
    private static final double MILLIS = 1000.0;

    private Report() {}

    static List<String> lines(Observed seen, List<Finding> findings, Recovery recovery) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "%d events acknowledged, %d runs, %d writes seen by the tenants' Postgres"
                        .formatted(
                                seen.acknowledged().size(),
                                seen.runs().size(),
                                seen.writes().size()));
        lines.add("");
        lines.add("recovery, seconds       kills    p50    p95");
        recovery.times().forEach((service, times) -> lines.add(row(service.label(), times)));
        lines.add(row("all", recovery.all()));
        lines.add(
                "%d kills came when nothing was left to be done".formatted(recovery.unmeasured()));
        lines.add("");
        for (Count count : Count.values()) {
            List<Finding> of = findings.stream().filter(f -> f.count() == count).toList();
            lines.add("%-38s %5d".formatted(count.label(), of.size()));
            of.stream()
                    .limit(MOST_NAMED)
                    .forEach(finding ->
                            lines.add("    %s: %s".formatted(finding.whom(), finding.seen())));
        }
        return lines;
    }

    private static String row(String label, List<Duration> times) {
        if (times.isEmpty()) {
            return "  %-20s %6d".formatted(label, 0);
        }
        return String.format(
                Locale.ROOT,
                "  %-20s %6d %6.1f %6.1f",
                label,
                times.size(),
                Recovery.percentile(times, 0.5).toMillis() / MILLIS,
                Recovery.percentile(times, 0.95).toMillis() / MILLIS);
    }
}
