package io.leasehold.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The results as a table for people and as JSON for machines. */
final class Report {
    private static final String ROW = "%-6s %-10s %-8s %9.2f %8.2f %8.2f %8.0f %8.1f %8.0f %9s%n";
    private static final String HEAD = "%-6s %-10s %-8s %9s %8s %8s %8s %8s %8s %9s%n";
    private static final double MIB = 1024.0 * 1024.0;

    private Report() {}

    /** A table of a line per phase, then the memory, then what the columns mean. */
    static String table(Results results) {
        StringBuilder text = new StringBuilder();
        text.append(
                line(
                        HEAD,
                        "module",
                        "path",
                        "phase",
                        "tenants/s",
                        "p50 s",
                        "p95 s",
                        "cpu:tofu",
                        "cpu:rest",
                        "cpu:pg",
                        "of ceil."));
        for (Measurement measured : results.measurements()) {
            text.append(
                    line(
                            ROW,
                            measured.module().label(),
                            measured.approach().label(),
                            measured.phase().label(),
                            measured.tenantsPerSecond(),
                            seconds(measured, 0.50),
                            seconds(measured, 0.95),
                            measured.tofuPerTenant(),
                            measured.restPerTenant(),
                            measured.postgresPerTenant(),
                            ofCeiling(results, measured)
                                    .map(share -> line("%.0f %%", share * 100))
                                    .orElse("")));
        }
        List<Measurement> ours =
                results.measurements().stream()
                        .filter(measured -> measured.approach() == Approach.OURS)
                        .toList();
        if (!ours.isEmpty()) {
            text.append(line("%nRest of ours, ms for each tenant%n"));
            ours.forEach(measured -> text.append(split(measured)));
        }
        text.append(line("%nMemory, MiB%n"));
        results.memory().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> {
                    text.append(line("  %-10s", entry.getKey().label()));
                    entry.getValue()
                            .forEach((name, bytes) ->
                                    text.append(line(" %s %.0f  ", name, bytes / MIB)));
                    text.append(line("%n"));
                });
        text.append(
                line(
                        "%n%d processors, %d runs at a time. p50 and p95: from the beginning of the"
                                + " phase, when all tenants are due at once, to the tenant's"
                                + " outputs.%ncpu: milliseconds for each tenant; tofu with its"
                                + " providers and sandbox, pg the server in which tenants get"
                                + " databases, rest all the others%n(ours: broker, ledger, services"
                                + " and this program; the others: a backend in memory and this"
                                + " program).%n",
                        results.processors(), results.parallel()));
        return text.toString();
    }

    private static String split(Measurement measured) {
        StringBuilder text =
                new StringBuilder(
                        line("  %-6s %-8s", measured.module().label(), measured.phase().label()));
        new TreeMap<>(measured.cpu().rest())
                .forEach((name, millis) ->
                        text.append(
                                line(" %s %.1f  ", name, (double) millis / measured.tenants())));
        return text.append(line("%n")).toString();
    }

    /** The throughput as a share of the ceiling's in the same phase, where that was measured. */
    static Optional<Double> ofCeiling(Results results, Measurement measured) {
        return results.measurements().stream()
                .filter(other ->
                        other.approach() == Approach.CEILING
                                && other.module() == measured.module()
                                && other.phase() == measured.phase())
                .findFirst()
                .map(ceiling -> measured.tenantsPerSecond() / ceiling.tenantsPerSecond());
    }

    private static double seconds(Measurement measured, double share) {
        return measured.percentile(share).toNanos() / 1e9;
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** Everything that was measured. */
    static ObjectNode json(Results results) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("processors", results.processors());
        root.put("parallel", results.parallel());
        ArrayNode list = root.putArray("measurements");
        for (Measurement measured : results.measurements()) {
            ObjectNode node = list.addObject();
            node.put("module", measured.module().label());
            node.put("path", measured.approach().label());
            node.put("phase", measured.phase().label());
            node.put("tenants", measured.tenants());
            node.put("seconds", measured.wall().toNanos() / 1e9);
            node.put("tenantsPerSecond", measured.tenantsPerSecond());
            node.put("p50Seconds", seconds(measured, 0.50));
            node.put("p95Seconds", seconds(measured, 0.95));
            ObjectNode cpu = node.putObject("cpuMillisPerTenant");
            cpu.put("tofu", measured.tofuPerTenant());
            cpu.put("rest", measured.restPerTenant());
            cpu.put("tenantsPostgres", measured.postgresPerTenant());
            ObjectNode parts = cpu.putObject("restByProcess");
            measured.cpu()
                    .rest()
                    .forEach((name, millis) ->
                            parts.put(name, (double) millis / measured.tenants()));
            ofCeiling(results, measured).ifPresent(share -> node.put("shareOfCeiling", share));
        }
        ObjectNode memory = root.putObject("memoryBytes");
        results.memory()
                .forEach((approach, processes) -> {
                    ObjectNode node = memory.putObject(approach.label());
                    processes.forEach(node::put);
                });
        return root;
    }
}
