package io.leasehold.bench;

import io.leasehold.embedded.LocalFiles;
import io.leasehold.embedded.SupervisorLog;
import io.leasehold.embedded.platform.Installation;
import io.leasehold.embedded.platform.PlatformSystem;
import io.leasehold.embedded.platform.Service;
import io.leasehold.embedded.platform.SystemOptions;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./leasehold bench idle}. */
@Command(
        name = "idle",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Measures what the processes of a system use that has nothing to do. Ends with 0"
                        + " whatever the numbers are.")
public final class IdleBench implements Callable<Integer> {
    private static final double MOST_PERCENT = 1;
    private static final long MILLIS_PER_TICK = 10;
    private static final int THREADS_TOLD = 8;
    private static final String READERS = "leasehold-intake";

    @Option(
            names = "--settle",
            defaultValue = "30",
            description = "Seconds before it is looked at (${DEFAULT-VALUE}).")
    private int settle;

    @Option(
            names = "--group-heartbeat",
            defaultValue = "5000",
            description =
                    "Milliseconds between two beats of the reader to the broker"
                            + " (${DEFAULT-VALUE}, as Kafka has it; the broker of `up`: 500).")
    private int groupHeartbeat;

    @Option(
            names = "--seconds",
            defaultValue = "30",
            description = "How long it is looked at (${DEFAULT-VALUE}).")
    private int seconds;

    /** For the command line. */
    public IdleBench() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("leasehold-bench-");
        SupervisorLog.writeTo(folder.resolve("bench.log"));
        try (PlatformSystem system =
                PlatformSystem.start(
                        new SystemOptions(
                                folder.resolve("system"),
                                Installation.find(),
                                Duration.ofDays(1),
                                2,
                                List.of("-Xmx320m"),
                                _ -> {}))) {
            beatAsAsked(system.kafkaBootstrapServers());
            Thread.sleep(Duration.ofSeconds(settle));
            long worker = system.pid(Service.PROVISIONER);
            long service = system.pid(Service.STATE_SERVICE);
            Processes before = Processes.look();
            Map<String, Long> threads = threads(worker);
            Thread.sleep(Duration.ofSeconds(seconds));
            Processes after = Processes.look();
            double percent = percent(after.own(worker) - before.own(worker));
            System.out.printf(
                    Locale.ROOT, "worker, idle: %.2f %% of a core, by thread:%n", percent);
            tell(threads, threads(worker));
            System.out.printf(
                    Locale.ROOT,
                    "state service, idle: %.2f %% of a core%n",
                    percent(after.own(service) - before.own(service)));
            System.out.printf(
                    Locale.ROOT,
                    "%nworker: at most %.0f %%: %s%n",
                    MOST_PERCENT,
                    percent <= MOST_PERCENT ? "met" : "missed");
        }
        LocalFiles.deleteTree(folder);
        return 0;
    }

    /** The embedded broker is beaten often, so that what a killed reader read soon moves. */
    private void beatAsAsked(String bootstrap) throws InterruptedException {
        AlterConfigOp interval =
                new AlterConfigOp(
                        new ConfigEntry(
                                "consumer.heartbeat.interval.ms", Integer.toString(groupHeartbeat)),
                        AlterConfigOp.OpType.SET);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.incrementalAlterConfigs(
                            Map.of(
                                    new ConfigResource(ConfigResource.Type.GROUP, READERS),
                                    List.of(interval)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker does not take the beats' interval", e);
        }
    }

    private double percent(long millis) {
        return (double) millis / (10 * seconds);
    }

    private static void tell(Map<String, Long> before, Map<String, Long> after) {
        after.entrySet().stream()
                .map(entry ->
                        Map.entry(
                                entry.getKey(),
                                entry.getValue() - before.getOrDefault(entry.getKey(), 0L)))
                .filter(entry -> entry.getValue() > 0)
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(THREADS_TOLD)
                .forEach(entry ->
                        System.out.printf(
                                Locale.ROOT,
                                "  %-24s %6d ms%n",
                                entry.getKey(),
                                entry.getValue() * MILLIS_PER_TICK));
    }

    /** Ticks by name and number of each thread. */
    private static Map<String, Long> threads(long pid) throws IOException {
        Map<String, Long> ticks = new HashMap<>();
        Path tasks = Path.of("/proc", Long.toString(pid), "task");
        try (DirectoryStream<Path> all = Files.newDirectoryStream(tasks)) {
            for (Path task : all) {
                String stat = Files.readString(task.resolve("stat"));
                int nameEnd = stat.lastIndexOf(')');
                String[] fields = stat.substring(nameEnd + 2).split(" ");
                ticks.put(
                        stat.substring(stat.indexOf('(') + 1, nameEnd) + " " + task.getFileName(),
                        Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
            }
        }
        return ticks;
    }
}
