package io.leasehold.bench.state;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** The results as a table for people and as JSON for machines. */
final class StateReport {
    private static final List<String> PROCESSES = List.of("service", "postgres", "clients");

    private StateReport() {}

    /** A line for each thing measured, one for each of its requests, then the bars. */
    static String table(StateResults results) {
        StringBuilder text = new StringBuilder();
        text.append(
                line(
                        "%-34s %7s %9s %6s %8s %8s %8s  %s%n",
                        "what",
                        "clients",
                        "per s",
                        "errors",
                        "p50 ms",
                        "p95 ms",
                        "p99 ms",
                        "cpu us each: service, postgres, clients"));
        for (Measured one : results.measured()) {
            text.append(
                    line(
                            "%-34s %7d %9.0f %6d %8s %8s %8s  %.0f, %.0f, %.0f%n",
                            one.what(),
                            one.clients(),
                            one.perSecond(),
                            one.tally().errors(),
                            "",
                            "",
                            "",
                            one.cpuMicros("service"),
                            one.cpuMicros("postgres"),
                            one.cpuMicros("clients")));
            one.tally()
                    .verbs()
                    .forEach((verb, times) ->
                            text.append(
                                    line(
                                            "  %-32s %7s %9s %6s %8.2f %8.2f %8.2f%n",
                                            verb,
                                            "",
                                            "",
                                            "",
                                            times.percentile(0.50),
                                            times.percentile(0.95),
                                            times.percentile(0.99))));
        }
        text.append(line("%n"));
        for (Bar bar : results.bars()) {
            text.append(
                    line(
                            "%-44s %s %-8s got %-10s %s%n",
                            bar.what(),
                            bar.most() ? "at most " : "at least",
                            number(bar.wanted()),
                            number(bar.got()),
                            bar.met() ? "yes" : "no"));
        }
        return text.append(
                        line(
                                "%n%d processors, on which service, database and clients run"
                                        + " together.%n",
                                Runtime.getRuntime().availableProcessors()))
                .toString();
    }

    private static String number(double value) {
        return line(value < 100 ? "%.2f" : "%.0f", value);
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** Everything that was measured. */
    static ObjectNode json(StateResults results) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("processors", Runtime.getRuntime().availableProcessors());
        ArrayNode list = root.putArray("measurements");
        for (Measured one : results.measured()) {
            ObjectNode node = list.addObject();
            node.put("what", one.what());
            node.put("clients", one.clients());
            node.put("operations", one.tally().operations());
            node.put("errors", one.tally().errors());
            node.put("seconds", one.wall().toNanos() / 1e9);
            node.put("perSecond", one.perSecond());
            ObjectNode cpu = node.putObject("cpuMicrosEach");
            PROCESSES.forEach(process -> cpu.put(process, one.cpuMicros(process)));
            ObjectNode verbs = node.putObject("requests");
            one.tally()
                    .verbs()
                    .forEach((verb, times) -> {
                        ObjectNode each = verbs.putObject(verb);
                        each.put("count", times.count());
                        each.put("p50Millis", times.percentile(0.50));
                        each.put("p95Millis", times.percentile(0.95));
                        each.put("p99Millis", times.percentile(0.99));
                    });
        }
        ArrayNode bars = root.putArray("bars");
        for (Bar bar : results.bars()) {
            ObjectNode node = bars.addObject();
            node.put("what", bar.what());
            node.put(bar.most() ? "atMost" : "atLeast", bar.wanted());
            node.put("got", bar.got());
            node.put("met", bar.met());
        }
        return root;
    }
}
