package io.leasehold.bench.state;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.leasehold.bench.BenchFailedException;
import io.leasehold.embedded.LocalFiles;
import io.leasehold.embedded.StartFailedException;
import io.leasehold.embedded.SupervisorLog;
import io.leasehold.embedded.platform.Installation;
import io.leasehold.ledger.api.BlueprintFolder;
import io.leasehold.ledger.api.Paths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./leasehold bench state}. */
@Command(
        name = "state",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Measures the state service and its database: cycles of states, claims, events, and"
                        + " claims on a large ledger. Ends with 0 whatever the numbers are.")
public final class StateBench implements Callable<Integer> {
    private static final List<String> ALL = List.of("cycles", "intake", "claims", "ledger");

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the numbers there too.")
    private @Nullable Path json;

    @Option(
            names = "--clients",
            split = ",",
            defaultValue = "1,4,16,64",
            description = "Clients at the same time, for cycles (${DEFAULT-VALUE}).")
    private List<Integer> clients = List.of();

    @Option(
            names = "--tenants",
            split = ",",
            defaultValue = "10000,100000",
            description = "Sizes of the ledger, rising (${DEFAULT-VALUE}).")
    private List<Integer> tenants = List.of();

    @Option(
            names = "--only",
            split = ",",
            description = "Of cycles, intake, claims and ledger; all if not given.")
    private List<String> only = ALL;

    @Option(
            names = "--seconds",
            defaultValue = "6",
            description = "How long cycles are measured at each number (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "60",
            description = "Seconds of cycles before they count (${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--events",
            defaultValue = "20000",
            description = "Events of each kind (${DEFAULT-VALUE}).")
    private int events;

    @Option(
            names = "--runs",
            defaultValue = "8000",
            description = "Runs that are claimed (${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--jvm",
            split = ",",
            defaultValue = "-Xmx512m",
            description = "Options of the service's JVM (${DEFAULT-VALUE}).")
    private List<String> jvm = List.of();

    /** For the command line. */
    public StateBench() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!Set.copyOf(ALL).containsAll(only)) {
            throw new BenchFailedException("--only is a list of " + String.join(", ", ALL));
        }
        Installation installed = Installation.find();
        Path folder = Files.createTempDirectory("leasehold-bench-");
        SupervisorLog.writeTo(folder.resolve("bench.log"));
        StateResults results;
        try (Deployment deployment = Deployment.start(folder, installed.stateService(), jvm)) {
            register(deployment, installed.modules());
            results = measure(deployment);
        } catch (BenchFailedException | StartFailedException e) {
            System.out.println("what was written meanwhile is kept in " + folder);
            throw e;
        }
        System.out.println();
        System.out.print(StateReport.table(results));
        if (json != null) {
            Files.writeString(json, StateReport.json(results).toPrettyString() + "\n");
        }
        LocalFiles.deleteTree(folder);
        return 0;
    }

    private static void register(Deployment deployment, Path modules) throws IOException {
        BlueprintFolder folder = new BlueprintFolder(modules);
        try (Wire wire = deployment.connect(Deployment.Caller.OPERATOR)) {
            for (Path file : folder.blueprints()) {
                byte[] body = new JsonMapper().writeValueAsBytes(folder.registration(file));
                int status = wire.send("POST", Paths.BLUEPRINTS, body).status();
                if (status / 100 != 2) {
                    throw new BenchFailedException(
                            "HTTP %d for the blueprint %s".formatted(status, file));
                }
            }
        }
    }

    private StateResults measure(Deployment deployment) throws InterruptedException {
        StateBenchmark benchmark =
                new StateBenchmark(
                        deployment,
                        new StateBenchmark.Load(warmUp, seconds, events, runs),
                        System.out::println);
        for (String each : ALL) {
            if (only.contains(each)) {
                switch (each) {
                    case "cycles" -> benchmark.cycles(clients);
                    case "intake" -> benchmark.intake();
                    case "claims" -> benchmark.claims();
                    case "ledger" -> benchmark.ledger(tenants);
                    default -> throw new IllegalStateException("checked before");
                }
            }
        }
        return benchmark.results();
    }
}
