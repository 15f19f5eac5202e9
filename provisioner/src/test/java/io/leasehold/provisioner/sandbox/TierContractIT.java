package io.leasehold.provisioner.sandbox;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.provisioner.door.DoorRule;
import io.leasehold.provisioner.door.Traffic;
import io.leasehold.provisioner.process.Capture;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.process.ProcessOutcome.Deadline;
import io.leasehold.provisioner.workshop.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every tier does alike, whatever it keeps apart. */
@Timeout(60)
class TierContractIT {

    private static final Logger LOGGER = Logger.getLogger(TierContractIT.class);

    private static final RunSpec.Limits ROOMY =
            new RunSpec.Limits(Duration.ofSeconds(30), Duration.ofSeconds(30));

    @TempDir Path directory;

    private Sandbox sandbox(Tier tier) throws IOException {
        return Attempts.sandbox(directory, tier);
    }

    private static RunSpec attacker(Sandbox sandbox, String... arguments) {
        Path program = Tools.attacker();
        List<String> argv = new ArrayList<>();
        argv.add(sandbox.layout().given(program, "/bin/attacker"));
        argv.addAll(List.of(arguments));
        return new RunSpec(
                "attacker",
                new RunSpec.Program(argv, Map.of(), "/"),
                List.of(new RunSpec.Mount.ReadOnly(program, "/bin/attacker")),
                RunSpec.Network.NONE,
                ROOMY,
                new RunSpec.Stop(Duration.ofSeconds(5), () -> () -> false));
    }

    private static RunSpec limited(RunSpec spec, RunSpec.Limits limits) {
        return new RunSpec(
                spec.runId(), spec.program(), spec.files(), spec.network(), limits, spec.stop());
    }

    private static ProcessOutcome end(Sandbox sandbox, RunSpec spec) throws InterruptedException {
        SandboxedRun run = sandbox.start(spec, new Sandbox.Output(_ -> {}, _ -> {}));
        try {
            return run.await();
        } finally {
            run.release();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theProbePassesOnAMachineThatHolds(Tier tier) throws Exception {
        assertThat(sandbox(tier).probe()).isInstanceOf(ProbeResult.Ok.class);
    }

    @ParameterizedTest
    @EnumSource
    void aProgramIsGivenItsEnvironmentAndItsFilesAndNothingOfTheWorkers(Tier tier)
            throws Exception {
        Sandbox sandbox = sandbox(tier);
        String given = sandbox.layout().of("/in/given");
        Map<String, Attempts.Attempt> attempts =
                Attempts.run(
                        sandbox,
                        Attempts.spec(
                                sandbox,
                                List.of("env=OWN", "env=PATH", "read=" + given),
                                Map.of("OWN", "value"),
                                List.of(),
                                new RunSpec.Mount.Content(
                                        "given".getBytes(StandardCharsets.UTF_8), "/in/given")));

        assertThat(Attempts.said(attempts, "env=OWN")).isEqualTo("value");
        assertThat(Attempts.said(attempts, "env=PATH")).isEqualTo("not set");
        assertThat(Attempts.said(attempts, "read=" + given)).isEqualTo("given");
    }

    @ParameterizedTest
    @EnumSource
    void whatItPrintsAndHowItEndsAreItsOwn(Tier tier) throws Exception {
        Sandbox sandbox = sandbox(tier);
        Capture stderr = new Capture();
        SandboxedRun run =
                sandbox.start(
                        attacker(sandbox, "no-such-command", "x"),
                        new Sandbox.Output(_ -> {}, stderr::add));

        assertThat(run.await()).isEqualTo(new ProcessOutcome.Exited(1));
        assertThat(new String(stderr.bytes(), StandardCharsets.UTF_8))
                .isEqualTo("attacker: no such command: no-such-command\n");
        run.release();
        assertThat(end(sandbox, attacker(sandbox, "act", "whoami")))
                .isEqualTo(new ProcessOutcome.Exited(0));
    }

    @ParameterizedTest
    @EnumSource
    void thatAProgramIsNotThereIsNoExitCodeOfIts(Tier tier) throws Exception {
        Sandbox sandbox = sandbox(tier);
        RunSpec spec =
                new RunSpec(
                        "nothing",
                        new RunSpec.Program(List.of("/nowhere/program"), Map.of(), "/"),
                        List.of(),
                        RunSpec.Network.NONE,
                        ROOMY,
                        new RunSpec.Stop(Duration.ZERO, () -> () -> false));

        assertThat(end(sandbox, spec)).isInstanceOf(ProcessOutcome.FailedToStart.class);
    }

    @ParameterizedTest
    @EnumSource
    void resultsAreReadInPlaceAndGoneAfterwards(Tier tier) throws Exception {
        Sandbox sandbox = sandbox(tier);
        Path module = Files.createDirectory(directory.resolve("module"));
        Files.writeString(module.resolve("main.tf"), "# a module");
        Files.createFile(module.resolve("result"));
        String main = "read=" + sandbox.layout().of("/work/main.tf");
        SandboxedRun run =
                sandbox.start(
                        Attempts.spec(
                                sandbox,
                                List.of(main, "write=" + sandbox.layout().of("/work/result")),
                                Map.of(),
                                List.of(),
                                new RunSpec.Mount.ReadOnly(module, "/work"),
                                new RunSpec.Mount.Result("result", "/work/result")),
                        new Sandbox.Output(_ -> {}, _ -> {}));

        assertThat(run.await()).isEqualTo(new ProcessOutcome.Exited(0));
        assertThat(run.written("result")).hasContent("probe");
        run.release();
        assertThat(module.resolve("result")).isEmptyFile();
        assertThat(directory.resolve("runs/" + ProcessHandle.current().pid())).isEmptyDirectory();
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptReachesTheProgram(Tier tier) throws Exception {
        Sandbox sandbox = sandbox(tier);
        CountDownLatch begun = new CountDownLatch(1);
        SandboxedRun run =
                sandbox.start(
                        Attempts.spec(sandbox, List.of("uid", "sleep=1h"), Map.of(), List.of()),
                        new Sandbox.Output(_ -> begun.countDown(), _ -> {}));
        begun.await();

        run.interrupt("an operator cancelled");

        assertThat(run.await())
                .isInstanceOfSatisfying(
                        ProcessOutcome.Stopped.class,
                        stopped -> assertThat(stopped.reason()).isEqualTo("an operator cancelled"));
        run.release();
    }

    @ParameterizedTest
    @EnumSource
    void aProgramThatTakesTooLongOrSaysNothingIsStopped(Tier tier) throws Exception {
        Sandbox sandbox = sandbox(tier);
        RunSpec slow = Attempts.spec(sandbox, List.of("sleep=1h"), Map.of(), List.of());
        Duration second = Duration.ofSeconds(1);
        Duration more = Duration.ofSeconds(30);

        assertThat(end(sandbox, limited(slow, new RunSpec.Limits(second, more))))
                .isInstanceOfSatisfying(
                        ProcessOutcome.TimedOut.class,
                        late -> assertThat(late.deadline()).isEqualTo(Deadline.WALL_CLOCK));
        assertThat(end(sandbox, limited(slow, new RunSpec.Limits(more, second))))
                .isInstanceOfSatisfying(
                        ProcessOutcome.TimedOut.class,
                        late -> assertThat(late.deadline()).isEqualTo(Deadline.IDLE));
    }

    @ParameterizedTest
    @EnumSource
    void whatWentIntoTheBackgroundEndsWithTheProgram(Tier tier) throws Exception {
        Sandbox sandbox = sandbox(tier);
        String mark = "stays-" + UUID.randomUUID();
        Capture said = new Capture();
        SandboxedRun run =
                sandbox.start(
                        attacker(sandbox, "try", "stay=" + mark),
                        new Sandbox.Output(said::add, _ -> {}));

        assertThat(run.await()).isEqualTo(new ProcessOutcome.Exited(0));
        assertThat(new String(said.bytes(), StandardCharsets.UTF_8)).contains("\"done\":true");
        run.release();
        eventually(Duration.ofSeconds(20), () -> assertThat(having(mark)).isZero());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aFenceCutsWhatTheDoorsCarryAndTheyCountIt(Tier tier) throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        CountDownLatch cut = new CountDownLatch(1);
        try (ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> readUntilCut(listener, connected, cut));
            Sandbox sandbox = sandbox(tier);
            String how = tier == Tier.BUBBLEWRAP ? "echo" : "tunnel";
            SandboxedRun run =
                    sandbox.start(
                            Attempts.spec(
                                    sandbox,
                                    List.of(how + "=db.internal:443", "sleep=1h"),
                                    Map.of(),
                                    List.of(
                                            new DoorRule(
                                                    "db.internal",
                                                    443,
                                                    Optional.of(
                                                            "127.0.0.1:"
                                                                    + listener.getLocalPort())))),
                            new Sandbox.Output(_ -> {}, _ -> {}));
            connected.await();

            run.fence("the lease is over");

            cut.await();
            assertThat(run.await()).isInstanceOf(ProcessOutcome.Stopped.class);
            assertThat(run.traffic())
                    .containsExactly(new Traffic("db.internal:443", 1, 0, "ping\n".length(), 0));
            run.release();
        }
    }

    /** No door leads out there, so none can be closed: a worker in doubt ends it. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BUBBLEWRAP")
    void aFenceKillsAtOnceWhatReachesEndpointsByItself(Tier tier) throws Exception {
        Sandbox sandbox = sandbox(tier);
        String mark = "env=FENCED_" + UUID.randomUUID();
        CountDownLatch begun = new CountDownLatch(1);
        SandboxedRun run =
                sandbox.start(
                        Attempts.spec(
                                sandbox,
                                List.of(mark, "sleep=1h"),
                                Map.of(),
                                List.of(DoorRule.resolving("db.internal", 5432))),
                        new Sandbox.Output(_ -> begun.countDown(), _ -> {}));
        begun.await();
        assertThat(having(mark)).isEqualTo(2);

        run.fence("the lease is over");

        // One that is asked first ends by that signal.
        assertThat(run.await()).isEqualTo(new ProcessOutcome.Stopped("the lease is over", 128 + 9));
        assertThat(having(mark)).isZero();
        run.release();
    }

    @Test
    void withoutASandboxThereIsOneTenantAndItIsSaidInSoManyWords() throws Exception {
        Sandbox sandbox = sandbox(Tier.NONE);
        RunSpec spec = attacker(sandbox, "act", "whoami");

        assertThat(end(sandbox, of("acme", spec))).isEqualTo(new ProcessOutcome.Exited(0));
        assertThat(end(sandbox, of("other", spec)))
                .isEqualTo(
                        new ProcessOutcome.FailedToStart(
                                "this worker has no sandbox and runs tenant acme only; other needs a"
                                        + " worker with another leasehold.sandbox.tier"));

        Map<String, String> settings = Attempts.of(Tier.NONE);
        settings.remove("leasehold.sandbox.none-is-understood");
        Sandbox notSaid =
                Sandboxes.of(
                        Attempts.config(directory, settings),
                        Attempts.connector(InetAddress::getAllByName));
        assertThat(notSaid.probe())
                .isInstanceOfSatisfying(
                        ProbeResult.Failed.class,
                        failed -> assertThat(failed.remedy()).contains("none-is-understood=true"));
        assertThat(end(notSaid, of("acme", spec))).isInstanceOf(ProcessOutcome.FailedToStart.class);
    }

    private static RunSpec of(String tenant, RunSpec spec) {
        return new RunSpec(
                spec.runId(),
                tenant,
                spec.program(),
                spec.files(),
                spec.network(),
                spec.limits(),
                spec.stop());
    }

    private static void readUntilCut(
            ServerSocket listener, CountDownLatch connected, CountDownLatch cut) {
        try (Socket client = listener.accept()) {
            int last = 0;
            for (int read = 0; last >= 0; read++) {
                last = client.getInputStream().read();
                if (read == "ping".length()) {
                    connected.countDown();
                }
            }
        } catch (IOException reset) {
            LOGGER.debug("what the fence does", reset);
        }
        cut.countDown();
    }

    private static long having(String mark) {
        return ProcessHandle.allProcesses()
                .filter(process ->
                        process.info()
                                .commandLine()
                                .filter(line -> line.contains(mark))
                                .isPresent())
                .count();
    }
}
