package io.leasehold.demo;

import io.leasehold.cli.CommandFailure;
import io.leasehold.embedded.LocalFiles;
import io.leasehold.embedded.StartFailedException;
import io.leasehold.embedded.SupervisorLog;
import io.leasehold.embedded.platform.Installation;
import io.leasehold.embedded.platform.Layout;
import io.leasehold.embedded.platform.PlatformSystem;
import io.leasehold.embedded.platform.SystemOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code leasehold demo}: everything from nothing, shown live and proved from outside. */
public final class Main {
    private static final int USAGE = 64;
    private static final int BROKEN_PROMISE = 1;
    private static final Duration DRIFT_INTERVAL = Duration.ofSeconds(5);
    private static final int SLOTS = 2;

    private final DemoOptions options;
    private final Screen screen;
    private final Layout layout;
    private volatile boolean ended;

    Main(DemoOptions options, Screen screen, Layout layout) {
        this.options = options;
        this.screen = screen;
        this.layout = layout;
    }

    /** Exit codes: 0 everything was as promised, 1 something was not, 64 wrong use. */
    public static void main(String[] arguments) {
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Optional<DemoOptions> options = DemoOptions.parse(List.of(arguments));
        if (options.isEmpty()) {
            System.err.print(DemoOptions.USAGE);
            System.exit(USAGE);
            return;
        }
        System.exit(new Main(options.get(), new Screen(out), Layout.USUAL).run());
    }

    /** The exit code. */
    int run() {
        Path data = folder();
        SupervisorLog.writeTo(
                LocalFiles.privateDirectory(data.resolve("logs")).resolve("supervisor.log"));
        Timings timings = new Timings();
        boolean kept = options.keep();
        try {
            tell(data, timings);
            timings.took("whole demo", screen.elapsed());
            screen.chapter("Measured in this run");
            screen.block(timings.table());
            return 0;
        } catch (BrokenPromiseException | StartFailedException | CommandFailure e) {
            kept = true;
            screen.line("FAILED", String.valueOf(e.getMessage()));
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                screen.line("", "because: " + cause);
            }
            return BROKEN_PROMISE;
        } finally {
            ended = true;
            if (kept) {
                screen.line("data and logs stay in " + data);
            } else {
                LocalFiles.deleteTree(data);
            }
        }
    }

    private void tell(Path data, Timings timings) {
        screen.chapter("Everything starts, from nothing");
        PlatformSystem system =
                PlatformSystem.start(
                        new SystemOptions(
                                data,
                                Installation.find(),
                                DRIFT_INTERVAL,
                                SLOTS,
                                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"),
                                screen::line,
                                Map.of(),
                                layout));
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().unstarted(() -> interrupted(system, data)));
        try (system) {
            timings.took("everything started", screen.elapsed());
            try (Upstream upstream =
                            new Upstream(system.kafkaBootstrapServers(), Clock.systemUTC());
                    TenantsPlace place = new TenantsPlace(system);
                    Feed feed =
                            Feed.follow(
                                    system.kafkaBootstrapServers(), new Narrator(screen)::tell)) {
                new Story(
                                system,
                                upstream,
                                feed,
                                new Operator(system, screen),
                                place,
                                new Story.Cast(
                                        screen,
                                        timings,
                                        new Disturbance(system, screen, options.kills()),
                                        data))
                        .tell();
            }
            screen.line("everything stops");
        }
    }

    /** Ctrl-C in the middle of the story; after its end there is nothing left to do. */
    private void interrupted(PlatformSystem system, Path data) {
        system.close();
        if (!options.keep() && !ended) {
            LocalFiles.deleteTree(data);
        }
    }

    private Path folder() {
        Path given = options.data();
        try {
            if (given == null) {
                return Files.createTempDirectory("leasehold-demo-");
            }
            return Files.createDirectories(given).toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
