package io.leasehold.bench;

import io.leasehold.bench.state.StateBench;
import io.leasehold.embedded.LocalFiles;
import io.leasehold.embedded.StartFailedException;
import io.leasehold.embedded.SupervisorLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./leasehold bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {StateBench.class, SandboxBench.class, IdleBench.class},
        description = "Measures Leasehold beside a hand-written loop and beside tofu alone.")
public final class Main implements Callable<Integer> {
    private static final Set<String> PATHS = Set.of("ours", "loop", "ceiling");

    @Option(
            names = "--tenants",
            defaultValue = "200",
            description = "Tenants in each phase (${DEFAULT-VALUE}).")
    private int tenants;

    @Option(
            names = "--module",
            defaultValue = "both",
            description = "small, real or both (${DEFAULT-VALUE}).")
    private String module = "";

    @Option(
            names = "--paths",
            split = ",",
            defaultValue = "ours,loop,ceiling",
            description = "Of ours, loop and ceiling (${DEFAULT-VALUE}).")
    private List<String> paths = List.of();

    @Option(
            names = "--warm-up",
            defaultValue = "1000",
            description =
                    "Tenants that go through our services beforehand, unmeasured: a JVM that has"
                            + " just started is not what a fleet runs on (${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--parallel",
            description = "Runs at a time; twice the processors if not given.")
    private @Nullable Integer parallel;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the numbers there too.")
    private @Nullable Path json;

    /** Ends with 0, with 1 when a path did not work, and with 2 when the command line is wrong. */
    public static void main(String[] arguments) {
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        System.exit(run(arguments));
    }

    /** The same without ending the JVM. */
    static int run(String... arguments) {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler((failure, command, _) -> {
                    if (failure instanceof BenchFailedException) {
                        command.getErr().println("bench: " + failure.getMessage());
                        return 1;
                    }
                    throw failure;
                })
                .execute(arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        int atATime = parallel == null ? 2 * Runtime.getRuntime().availableProcessors() : parallel;
        if (!PATHS.containsAll(paths)) {
            throw new BenchFailedException("--paths is a list of ours, loop, ceiling");
        }
        Path folder = Files.createTempDirectory("leasehold-bench-");
        SupervisorLog.writeTo(folder.resolve("bench.log"));
        Benchmark benchmark = new Benchmark(tenants, warmUp, modules(), this::tell);
        Results results;
        try {
            results = benchmark.run(starts(Tools.find(), folder, atATime), atATime);
        } catch (BenchFailedException | StartFailedException e) {
            tell("what was written meanwhile is kept in " + folder);
            throw e;
        }
        System.out.println();
        System.out.print(Report.table(results));
        if (json != null) {
            Files.writeString(json, Report.json(results).toPrettyString() + "\n");
        }
        LocalFiles.deleteTree(folder);
        return 0;
    }

    private void tell(String line) {
        System.out.println(line);
    }

    private List<BenchModule> modules() {
        return switch (module) {
            case "small" -> List.of(BenchModule.SMALL);
            case "real" -> List.of(BenchModule.REAL);
            case "both" -> List.of(BenchModule.SMALL, BenchModule.REAL);
            default -> throw new BenchFailedException("--module is small, real or both");
        };
    }

    private List<Benchmark.Start> starts(Tools tools, Path folder, int atATime) {
        List<Benchmark.Start> starts = new ArrayList<>();
        Set<String> wanted = new LinkedHashSet<>(paths);
        for (String path : wanted) {
            switch (path) {
                case "ours" -> starts.add(() -> new Ours(folder.resolve("ours"), atATime));
                case "loop" -> {
                    starts.add(() -> loop(Approach.LOOP, Map.of(), tools, folder, atATime));
                    Map<String, String> less = Map.of("GOGC", "400");
                    starts.add(() -> loop(Approach.LOOP_GOGC, less, tools, folder, atATime));
                }
                case "ceiling" ->
                        starts.add(() ->
                                new Ceiling(
                                        atATime, new BareTofu(tools, folder.resolve("ceiling"))));
                default -> throw new IllegalStateException("checked before");
            }
        }
        return List.copyOf(starts);
    }

    private static Loop loop(
            Approach approach,
            Map<String, String> settings,
            Tools tools,
            Path folder,
            int atATime) {
        BareTofu bare = new BareTofu(tools, folder.resolve(approach.label()));
        return new Loop(approach, settings, atATime, bare);
    }
}
