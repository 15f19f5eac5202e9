package io.leasehold.chaos;

import io.leasehold.embedded.platform.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the services' logs say of those who were found, for whoever has the report alone. */
final class LogTraces {
    private static final int MOST_TENANTS = 3;
    private static final int LAST_LINES = 25;
    private static final int WIDTH = 300;
    private static final int MILLIS = "2026-11-30 12:00:00.000".length();
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:");

    private LogTraces() {}

    /**
     * The last lines that name them, in the order of time.
     *
     * @param logs the folder with the logs of the services
     */
    static List<String> of(Path logs, List<Finding> findings) {
        Map<String, List<String>> naming = new LinkedHashMap<>();
        findings.stream()
                .map(finding -> finding.whom().split("/", 2)[0])
                .filter(tenant -> !tenant.equals("null"))
                .distinct()
                .limit(MOST_TENANTS)
                .forEach(tenant -> naming.put(tenant, new ArrayList<>()));
        for (Service service :
                List.of(Service.STATE_SERVICE, Service.PROVISIONER, Service.RUNNER)) {
            read(logs.resolve(service.label() + ".log"), naming);
        }
        List<String> told = new ArrayList<>();
        naming.forEach((tenant, lines) -> {
            lines.sort(Comparator.comparing(LogTraces::time));
            told.add("the logs of " + tenant + " end with");
            told.addAll(lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        });
        return told;
    }

    private static void read(Path log, Map<String, List<String>> naming) {
        if (naming.isEmpty() || Files.notExists(log)) {
            return;
        }
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            lines.filter(line -> TIME.matcher(line).lookingAt())
                    .forEach(line ->
                            naming.forEach((tenant, own) -> {
                                if (line.contains(tenant)) {
                                    own.add(line.substring(0, Math.min(WIDTH, line.length())));
                                }
                            }));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** To the millisecond: services write it in two ways, and what is as old stays in its order. */
    private static String time(String line) {
        return line.substring(0, Math.min(MILLIS, line.length()))
                .replace('T', ' ')
                .replace(',', '.');
    }
}
