package io.leasehold.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.cli.service.StateService;
import io.leasehold.embedded.platform.PlatformSystem;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.EventView;
import io.leasehold.ledger.api.OutputView;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.TenantView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Somebody who runs the platform: types commands, and asks the REST API that they use. */
final class Operator {
    private static final int MANY = 1000;
    private static final int COMMAND_SECONDS = 40;
    private static final int WIDTH = 150;

    private final PlatformSystem system;
    private final Screen screen;
    private final StateService service;

    Operator(PlatformSystem system, Screen screen) {
        this.system = system;
        this.screen = screen;
        this.service =
                new StateService(system.stateServiceUrl().toString(), system.operatorToken());
    }

    TenantView tenant(String tenant) {
        return service.get(
                StateService.path(Paths.TENANT, Map.of("tenantId", tenant)),
                Map.of(),
                TenantView.class);
    }

    List<EventView> events(String tenant) {
        return service.all(
                StateService.path(Paths.TENANT_EVENTS, Map.of("tenantId", tenant)),
                Map.of(),
                EventView.class,
                MANY);
    }

    /** What lies in the dead letters and waits for somebody: code and reason of each. */
    List<String> openDeadLetters() {
        return service
                .all(Paths.DEAD_LETTERS, Map.of("status", "OPEN"), DeadLetterView.class, MANY)
                .stream()
                .map(letter -> letter.code() + ": " + letter.reason())
                .toList();
    }

    /** The value of an output, also of one that no topic carries. */
    JsonNode output(String tenant, String stack, String name) {
        OutputView view =
                service.get(
                        StateService.path(
                                Paths.OUTPUT,
                                Map.of(
                                        "tenantId", tenant,
                                        "incarnation", 1,
                                        "stack", stack,
                                        "name", name)),
                        Map.of(),
                        OutputView.class);
        JsonNode value = view.value();
        if (value == null) {
            throw new BrokenPromiseException(
                    "output %s of %s/%s has no value for the operator"
                            .formatted(name, tenant, stack));
        }
        return value;
    }

    /** Runs {@code ./leasehold ARGS}, shows it, and gives back what it printed. */
    List<String> types(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.leasehold.cli.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LEASEHOLD_URL", system.stateServiceUrl().toString());
        builder.environment().put("LEASEHOLD_TOKEN", system.operatorToken());
        builder.environment().put("LEASEHOLD_KAFKA", system.kafkaBootstrapServers());
        String line = "./leasehold " + String.join(" ", quoted(arguments));
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean ended = process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS);
            List<String> lines = output.lines().toList();
            screen.session(line, lines.stream().map(Operator::cut).toList());
            BrokenPromiseException.unless(
                    ended && process.exitValue() == 0, "the command succeeds: " + line);
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokenPromiseException("interrupted during: " + line, e);
        }
    }

    private static List<String> quoted(String... arguments) {
        return List.of(arguments).stream()
                .map(argument -> argument.contains(" ") ? "'" + argument + "'" : argument)
                .toList();
    }

    private static String cut(String line) {
        return line.length() <= WIDTH ? line : line.substring(0, WIDTH - 1) + "…";
    }
}
