package io.leasehold.embedded;

import io.leasehold.embedded.platform.Installation;
import io.leasehold.embedded.platform.PlatformSystem;
import io.leasehold.embedded.platform.SystemOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** {@code leasehold up [--data DIR]}: the whole system on this machine until it is told to stop. */
public final class Main {
    private static final int USAGE = 64;
    private static final int FAILED = 70;
    private static final int SLOTS = 2;

    private final long begin = System.nanoTime();

    private Main() {}

    /** Runs until SIGINT or SIGTERM. Exit codes: 0 stopped, 64 wrong use, 70 did not start. */
    public static void main(String[] args) throws InterruptedException {
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        Path folder = folder(args);
        if (folder == null) {
            System.err.println("usage: leasehold up [--data DIR]");
            System.exit(USAGE);
            return;
        }
        new Main().run(folder.toAbsolutePath().normalize());
    }

    private static @Nullable Path folder(String[] args) {
        List<String> given = List.of(args);
        if (given.equals(List.of("up")) || given.isEmpty()) {
            return standardFolder();
        }
        if (given.size() == 3 && given.get(0).equals("up") && given.get(1).equals("--data")) {
            return Path.of(given.get(2));
        }
        return null;
    }

    /** Where the operators' commands look too when nothing else is said. */
    private static Path standardFolder() {
        String home = System.getenv("LEASEHOLD_HOME");
        return Path.of(home == null || home.isBlank() ? "." : home, ".leasehold");
    }

    private void run(Path folder) throws InterruptedException {
        SupervisorLog.writeTo(
                LocalFiles.privateDirectory(folder.resolve("logs")).resolve("supervisor.log"));
        say("data and logs are in " + folder);
        PlatformSystem system;
        try {
            system =
                    PlatformSystem.start(
                            new SystemOptions(
                                    folder,
                                    Installation.find(),
                                    Duration.ofMinutes(1),
                                    SLOTS,
                                    List.of("-Xmx512m"),
                                    this::say));
        } catch (StartFailedException e) {
            System.err.println(e.getMessage());
            System.exit(FAILED);
            return;
        }
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .unstarted(() -> {
                                    say("stopping");
                                    system.close();
                                    say("stopped; the data stays in " + folder);
                                    stopped.countDown();
                                    // A stop that was asked for is no failure.
                                    Runtime.getRuntime().halt(0);
                                }));
        say("ready");
        System.out.printf(
                """

                  state service  %s
                  Kafka          %s
                  to use it      set -a; . %s; set +a
                                 ./leasehold tenants
                  to stop it     Ctrl-C

                """,
                system.stateServiceUrl(), system.kafkaBootstrapServers(), system.environmentFile());
        stopped.await();
    }

    private void say(String line) {
        System.out.println(
                String.format(
                        Locale.ROOT,
                        "%6.1f s  %s",
                        (System.nanoTime() - begin) / 1_000_000_000.0,
                        line));
    }
}
