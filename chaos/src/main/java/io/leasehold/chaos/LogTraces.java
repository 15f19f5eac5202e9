package io.leasehold.chaos;

import io.leasehold.embedded.platform.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the services' logs say of those who were found, for whoever has the report alone. */
final class LogTraces {
    private static final int MOST_TENANTS = 3;
    private static final int LAST_LINES = 25;
    private static final int WIDTH = 300;

    private LogTraces() {}

    /**
     * The last lines that name them, in the order of time.
     *
     * @param logs the folder with the logs of the services
     */
    static List<String> of(Path logs, List<Finding> findings) {
        List<String> lines = new ArrayList<>();
        findings.stream()
                .map(finding -> finding.whom().split("/", 2)[0])
                .distinct()
                .limit(MOST_TENANTS)
                .forEach(tenant -> {
                    lines.add("the logs of " + tenant + " end with");
                    lines.addAll(naming(logs, tenant));
                });
        return lines;
    }

    private static List<String> naming(Path logs, String tenant) {
        List<String> named =
                Stream.of(Service.STATE_SERVICE, Service.PROVISIONER, Service.RUNNER)
                        .map(service -> logs.resolve(service.label() + ".log"))
                        .filter(Files::exists)
                        .flatMap(LogTraces::lines)
                        .filter(line -> line.contains(tenant))
                        .sorted()
                        .map(line -> "    " + line.substring(0, Math.min(WIDTH, line.length())))
                        .toList();
        return named.subList(Math.max(0, named.size() - LAST_LINES), named.size());
    }

    private static Stream<String> lines(Path log) {
        try {
            return Files.readString(log, StandardCharsets.ISO_8859_1).lines();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
