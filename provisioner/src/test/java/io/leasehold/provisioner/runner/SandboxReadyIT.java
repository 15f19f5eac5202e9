package io.leasehold.provisioner.runner;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.WorkerRegistration;
import io.leasehold.provisioner.ProvisionerIdentity;
import io.leasehold.provisioner.health.SandboxReady;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.ledger.LedgerConfig;
import io.leasehold.provisioner.ledger.LedgerUnavailable;
import io.leasehold.provisioner.ledger.SilentLedger;
import io.leasehold.provisioner.module.Template;
import io.leasehold.provisioner.module.TemplateResult;
import io.leasehold.provisioner.sandbox.Rights;
import io.leasehold.provisioner.sandbox.Weakened;
import io.leasehold.provisioner.stateproxy.StateUpstreams;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.SmallRyeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a worker does, and says of itself, after the probe of a sandbox that was weakened. */
@Timeout(60)
class SandboxReadyIT {

    private static final StateUpstreams NO_STATES =
            _ -> {
                throw new AssertionError("no state is stored here");
            };

    @TempDir Path directory;

    private final List<String> asked = new CopyOnWriteArrayList<>();

    private final List<Worker> workers = new CopyOnWriteArrayList<>();

    /**
     * @param start empty when it was over before it was looked for
     */
    private record Started(Worker worker, Optional<Thread> start, SandboxReady health) {}

    @AfterEach
    void stop() {
        workers.forEach(worker -> worker.onStop(new ShutdownEvent()));
    }

    private Started started(String weakness) throws Exception {
        assumeTrue(Rights.root(), "defences are left out where the worker is root");
        SmallRyeConfig config = RunnerSettings.defaults();
        RunnerConfig runner = config.getConfigMapping(RunnerConfig.class);
        Path folder = Files.createDirectory(directory.resolve("spool"));
        Worker worker =
                new Worker(
                        runner,
                        config.getConfigMapping(LedgerConfig.class),
                        new ProvisionerIdentity(() -> Optional.of("worker")),
                        new Ledger(new Service()),
                        new Execution(
                                new Weakened(directory, weakness),
                                Deliveries.spool(folder),
                                _ ->
                                        new TemplateResult.Ready(
                                                new Template(Path.of("/t"), "d", "l", "1.12.6")),
                                new FakeTofu(),
                                NO_STATES,
                                Deliveries.to(folder, NO_STATES),
                                Deliveries.outcomes(folder)),
                        Clock.systemUTC());
        SandboxReady health = new SandboxReady(runner, worker);
        assertThat(health.call().getStatus()).isEqualTo(Status.DOWN);
        workers.add(worker);
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        worker.onStart(new StartupEvent());
        // What it does after its probe it does in the same thread.
        Optional<Thread> start =
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals("worker-start"))
                        .filter(thread -> !before.contains(thread))
                        .findFirst();
        eventually(Duration.ofSeconds(20), () -> assertThat(worker.probe()).isNotNull());
        return new Started(worker, start, health);
    }

    private static Map<String, Object> said(HealthCheckResponse response) {
        return response.getData().orElseThrow();
    }

    @Test
    void aWorkerWhoseSandboxDoesNotHoldTakesNoWorkAndNamesPartAndRemedy() throws Exception {
        Started started = started("no-terminals");
        if (started.start().isPresent()) {
            started.start().get().join();
        }

        assertThat(asked).isEmpty();
        HealthCheckResponse ready = started.health().call();
        assertThat(ready.getStatus()).isEqualTo(Status.DOWN);
        assertThat(said(ready))
                .containsOnly(
                        Map.entry("part", "terminals can be had"),
                        Map.entry(
                                "remedy",
                                "do not use this machine before its kernel and its sandbox are"
                                        + " understood"));
    }

    @Test
    void oneThatHoldsByADefenceLessIsReadyAndSaysWhichInItsLogToo() throws Exception {
        List<LogRecord> log = new CopyOnWriteArrayList<>();
        Handler handler = handler(log);
        Logger logger = Logger.getLogger(Worker.class.getName());
        logger.addHandler(handler);
        try {
            Started started = started("settable-limits");
            eventually(Duration.ofSeconds(20), () -> assertThat(asked).contains("claim"));

            HealthCheckResponse ready = started.health().call();
            assertThat(ready.getStatus()).isEqualTo(Status.UP);
            assertThat(said(ready)).containsOnlyKeys("how", "without", "remedy");
            assertThat(said(ready).get("without")).asString().contains("nested user namespaces");
            assertThat(said(ready).get("remedy")).asString().contains("/proc/sys/user");
            assertThat(log)
                    .filteredOn(record -> record.getLevel().getName().equals("WARN"))
                    .singleElement()
                    .satisfies(record ->
                            assertThat(record.getMessage())
                                    .contains("nested user namespaces", "/proc/sys/user"));
            started.worker().onStop(new ShutdownEvent());
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(asked).startsWith("register").endsWith("leave");
    }

    private static Handler handler(List<LogRecord> log) {
        return new Handler() {
            @Override
            public void publish(LogRecord record) {
                log.add(record);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }

    /** Says what it was asked, and has no work. */
    private final class Service extends SilentLedger {
        @Override
        public void register(WorkerRegistration registration) {
            asked.add("register");
        }

        @Override
        public void leave(WorkerRegistration registration) {
            asked.add("leave");
        }

        @Override
        public @Nullable Claim claim(ClaimRequest request) {
            asked.add("claim");
            try {
                new CountDownLatch(1).await();
                return null;
            } catch (InterruptedException e) {
                // As the REST client does.
                Thread.currentThread().interrupt();
                throw new LedgerUnavailable("interrupted", e);
            }
        }
    }
}
