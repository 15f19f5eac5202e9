package io.leasehold.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

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

    /** How many kills were at a step, and which steps nobody was killed at. */
    static List<String> steps(List<Kill> kills) {
        Map<String, Long> struck =
                kills.stream()
                        .filter(kill -> !kill.step().isEmpty())
                        .collect(Collectors.groupingBy(Kill::step, Collectors.counting()));
        List<String> never =
                Hits.everyStep().stream()
                        .map(Hit.AtStep::words)
                        .filter(step -> !struck.containsKey(step))
                        .toList();
        return List.of(
                "",
                "%d kills, %d of them at %d of %d steps"
                        .formatted(
                                kills.size(),
                                struck.values().stream().mapToLong(n -> n).sum(),
                                struck.size(),
                                Hits.everyStep().size()),
                never.isEmpty()
                        ? "no step was left out"
                        : "never struck: " + String.join(", ", never));
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
