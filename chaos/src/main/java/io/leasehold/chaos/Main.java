package io.leasehold.chaos;

import io.leasehold.embedded.LocalFiles;
import io.leasehold.embedded.StartFailedException;
import io.leasehold.embedded.SupervisorLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./leasehold chaos}. */
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Kills the services of a real system at random instants while tenants come, change"
                        + " and go, and counts from outside what was lost. Ends with 0 when nothing"
                        + " was.")
public final class Main implements Callable<Integer> {
    private static final int FOUND = 1;
    private static final double SECOND = 1_000_000_000.0;

    private final long begin = System.nanoTime();
    private final Consumer<String> said;

    @Option(
            names = "--tenants",
            defaultValue = "60",
            description = "How many tenants (${DEFAULT-VALUE}).")
    private int tenants;

    @Option(
            names = "--kills",
            defaultValue = "40",
            description = "How many kills (${DEFAULT-VALUE}).")
    private int kills;

    @Option(
            names = "--seed",
            description =
                    "What the plan of events and kills is derived from; a random one if not given."
                            + " What a kill hits depends on the clock: a seed fixes the plan, not what"
                            + " comes of it.")
    private @Nullable Long seed;

    @Option(
            names = "--pace",
            paramLabel = "MILLIS",
            defaultValue = "2600",
            description = "The mean time from kill to kill (${DEFAULT-VALUE}).")
    private long pace;

    @Option(names = "--data", description = "Use this new folder, and leave it with its logs.")
    private @Nullable Path data;

    private Main(Consumer<String> said) {
        this.said = said;
    }

    /** Ends with 0, with 1 when something was lost, and with 2 when the command line is wrong. */
    public static void main(String[] arguments) {
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        System.exit(run(System.out::println, System.err::println, arguments));
    }

    /**
     * The same without ending the JVM.
     *
     * @param said takes each line of its report
     * @param complained takes why it could not be carried out
     */
    static int run(Consumer<String> said, Consumer<String> complained, String... arguments) {
        return new CommandLine(new Main(said))
                .setExecutionExceptionHandler((failure, _, _) -> {
                    if (failure instanceof ChaosFailedException
                            || failure instanceof StartFailedException) {
                        complained.accept("chaos: " + failure.getMessage());
                        return FOUND;
                    }
                    throw failure;
                })
                .execute(arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        long used = seed == null ? ThreadLocalRandom.current().nextInt(1_000_000) : seed;
        Path folder =
                data == null
                        ? Files.createTempDirectory("leasehold-chaos-")
                        : LocalFiles.privateDirectory(data);
        SupervisorLog.writeTo(folder.resolve("chaos.log"));
        Plan plan = Plan.of(used, tenants, kills, Duration.ofMillis(pace));
        say(
                "seed %d: %d tenants, %d events, %d kills within %d s; data and logs are in %s"
                        .formatted(
                                used,
                                tenants,
                                plan.sendings().size(),
                                kills,
                                plan.length().toSeconds(),
                                folder));
        Chaos.Result result =
                new Chaos(
                                folder.resolve("system"),
                                Files.createDirectories(folder.resolve("armed")),
                                plan,
                                this::say)
                        .run();
        List<Finding> findings = VerdictsDecider.decide(result.seen());
        Recovery recovery =
                Recovery.of(result.kills(), result.seen().runs(), result.seen().acknowledged());
        Report.lines(result.seen(), findings, recovery).forEach(said);
        Report.steps(result.kills()).forEach(said);
        LogTraces.of(folder.resolve("system/logs"), findings).forEach(said);
        say("seed %d: %s".formatted(used, findings.isEmpty() ? "nothing was lost" : "see above"));
        if (findings.isEmpty() && data == null) {
            LocalFiles.deleteTree(folder);
        }
        return findings.isEmpty() ? 0 : FOUND;
    }

    private void say(String line) {
        said.accept(
                String.format(
                        Locale.ROOT, "%7.1f s  %s", (System.nanoTime() - begin) / SECOND, line));
    }
}
