package io.leasehold.provisioner.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.provisioner.door.DoorRule;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.process.ProcessOutcome.Deadline;
import io.leasehold.provisioner.sandbox.Attempts.Attempt;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole sandbox with a program that attacks it. */
class SandboxIT {

    private static final Logger LOGGER = Logger.getLogger(SandboxIT.class);

    @TempDir Path directory;

    @Test
    void theProbePassesOnAMachineThatHolds() throws Exception {
        int lacks = Rights.namespacesCanBeLimited() ? 0 : 1;

        assertThat(Attempts.sandbox(directory).probe())
                .isInstanceOfSatisfying(
                        ProbeResult.Ok.class, ok -> assertThat(ok.without()).hasSize(lacks));
    }

    @Test
    void theProbeNamesAMissingDoor() throws Exception {
        BubblewrapSandbox sandbox =
                new BubblewrapSandbox(
                        Attempts.config(
                                directory, Map.of("leasehold.sandbox.door-binary", "/nowhere")),
                        Attempts.connector(InetAddress::getAllByName));

        assertThat(sandbox.probe())
                .isInstanceOfSatisfying(
                        ProbeResult.Failed.class,
                        failed ->
                                assertThat(failed.part()).contains("no door program at /nowhere"));
    }

    @Test
    void theProbeSaysThatASandboxCannotBeMade() throws Exception {
        Path broken = Files.writeString(directory.resolve("door"), "#!/bin/false\n");
        assertThat(broken.toFile().setExecutable(true)).isTrue();
        BubblewrapSandbox sandbox =
                new BubblewrapSandbox(
                        Attempts.config(
                                directory,
                                Map.of("leasehold.sandbox.door-binary", broken.toString())),
                        Attempts.connector(InetAddress::getAllByName));

        assertThat(sandbox.probe())
                .isInstanceOfSatisfying(
                        ProbeResult.Failed.class,
                        failed -> assertThat(failed.part()).contains("a sandbox cannot be made"));
    }

    @Test
    void nothingOfTheWorkerOrTheHostCanBeSeen() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), "kafka password");
        Path elsewhere = Files.createDirectories(directory.resolve("runs/other-run"));

        Map<String, Attempt> attempts =
                Attempts.run(
                        Attempts.sandbox(directory),
                        Attempts.spec(
                                List.of(
                                        "read=" + secret,
                                        "list=" + elsewhere,
                                        "read=/etc/shadow",
                                        "environ=PATH=",
                                        "environ=OWN_NAME=",
                                        "list=/usr",
                                        "list=/mnt",
                                        "list=/root",
                                        "signal=" + ProcessHandle.current().pid(),
                                        "exec=/bin/sh",
                                        "list=/proc",
                                        "uid"),
                                Map.of("OWN_NAME", "x"),
                                List.of()));

        assertThat(attempts)
                .allSatisfy((attempt, result) ->
                        assertThat(result.done())
                                .as(attempt + " " + result.said())
                                .isEqualTo(
                                        List.of("environ=OWN_NAME=", "list=/proc", "uid")
                                                .contains(attempt)));
        assertThat(Attempts.said(attempts, "uid")).isEqualTo("1000");
        assertThat(Attempts.said(attempts, "list=/proc").split(" "))
                .filteredOn(name -> name.matches("[0-9]+"))
                .containsExactly("1", "2");
    }

    @Test
    void nothingCanBeWrittenButRoomThatIsLimited() throws Exception {
        Map<String, Attempt> attempts =
                Attempts.run(
                        Attempts.sandbox(directory),
                        Attempts.spec(
                                List.of(
                                        "write=/tmp/mine",
                                        "write=/home/run/mine",
                                        "write=/x",
                                        "write=/dev/x",
                                        "write=/etc/hosts",
                                        "write=/bin/leasehold-door",
                                        "fill=/tmp/large",
                                        "fill=/dev/shm/large",
                                        "fill=/home/run/large"),
                                Map.of(),
                                List.of()));

        assertThat(attempts)
                .allSatisfy((attempt, result) ->
                        assertThat(result.done()).as(attempt).isEqualTo(attempt.endsWith("/mine")));
    }

    @Test
    void theKernelIsClosed() throws Exception {
        List<String> calls =
                List.of(
                        "syscall=unshare-user",
                        "syscall=mount",
                        "syscall=ptrace",
                        "syscall=keyctl",
                        "syscall=io_uring",
                        "syscall=packet-socket",
                        "syscall=vsock");

        Map<String, Attempt> attempts =
                Attempts.run(
                        Attempts.sandbox(directory), Attempts.spec(calls, Map.of(), List.of()));

        assertThat(attempts).hasSize(calls.size());
        assertThat(Attempts.said(attempts, "syscall=io_uring")).contains("not implemented");
        assertThat(attempts)
                .allSatisfy((call, result) -> assertThat(result.done()).as(call).isFalse());
        assertThat(Attempts.said(attempts, "syscall=keyctl")).contains("not permitted");
    }

    @Test
    void onlyDoorsLeadOutAndOnlyByTheirNames() throws Exception {
        try (ServerSocket listener = echo()) {
            int port = listener.getLocalPort();
            List<DoorRule> doors =
                    List.of(
                            new DoorRule("db.internal", 5432, Optional.of("127.0.0.1:" + port)),
                            new DoorRule(
                                    "*.kafka.internal", 9092, Optional.of("127.0.0.1:" + port)));

            Map<String, Attempt> attempts =
                    Attempts.run(
                            Attempts.sandbox(directory),
                            Attempts.spec(
                                    List.of(
                                            "echo=db.internal:5432",
                                            "echo=b1.kafka.internal:9092",
                                            "dial=db.internal:9092",
                                            "dial=127.0.0.1:" + port,
                                            "dial=169.254.169.254:80",
                                            "dial=10.0.0.1:5432",
                                            "resolve=other.internal",
                                            "resolve=kafka.internal",
                                            "resolve=a.b.kafka.internal"),
                                    Map.of(),
                                    doors));

            assertThat(attempts)
                    .allSatisfy((attempt, result) ->
                            assertThat(result.done())
                                    .as(attempt + " " + result.said())
                                    .isEqualTo(attempt.startsWith("echo=")));
        }
    }

    @Test
    void aNameThatTurnsToAPrivateAddressLeadsNowhere() throws Exception {
        try (ServerSocket listener = echo()) {
            int port = listener.getLocalPort();
            BubblewrapSandbox sandbox =
                    new BubblewrapSandbox(
                            Attempts.config(directory, Map.of()),
                            Attempts.connector(host ->
                                    new InetAddress[] {
                                        InetAddress.ofLiteral(
                                                host.startsWith("meta")
                                                        ? "169.254.169.254"
                                                        : "127.0.0.1")
                                    }));

            Map<String, Attempt> attempts =
                    Attempts.run(
                            sandbox,
                            Attempts.spec(
                                    List.of("echo=rebound.example:" + port, "echo=meta.example:80"),
                                    Map.of(),
                                    List.of(
                                            DoorRule.resolving("rebound.example", port),
                                            DoorRule.resolving("meta.example", 80))));

            assertThat(attempts).hasSize(2);
            assertThat(attempts.values()).noneMatch(Attempt::done);
        }
    }

    @Test
    void aFenceClosesOpenConnectionsAndThenTheProgram() throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        CountDownLatch cut = new CountDownLatch(1);
        try (ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual()
                    .start(() -> {
                        try (Socket client = listener.accept()) {
                            int first = client.getInputStream().read();
                            connected.countDown();
                            while (first >= 0) {
                                first = client.getInputStream().read();
                            }
                        } catch (IOException reset) {
                            LOGGER.debug("what the fence does", reset);
                        }
                        cut.countDown();
                    });
            Sandbox sandbox = Attempts.sandbox(directory);
            SandboxedRun run =
                    sandbox.start(
                            Attempts.spec(
                                    List.of("echo=db.internal:5432", "sleep=1h"),
                                    Map.of(),
                                    List.of(
                                            new DoorRule(
                                                    "db.internal",
                                                    5432,
                                                    Optional.of(
                                                            "127.0.0.1:"
                                                                    + listener.getLocalPort())))),
                            new Sandbox.Output(_ -> {}, _ -> {}));

            connected.await();
            run.fence("the lease is over");

            cut.await();
            assertThat(run.await()).isInstanceOf(ProcessOutcome.Stopped.class);
            run.release();
        }
    }

    @Test
    void aProgramThatTakesTooLongIsStopped() throws Exception {
        RunSpec slow = Attempts.spec(List.of("sleep=1h"), Map.of(), List.of());
        RunSpec limited =
                new RunSpec(
                        "slow",
                        slow.program(),
                        slow.files(),
                        slow.network(),
                        new RunSpec.Limits(Duration.ofSeconds(1), Duration.ofSeconds(20)),
                        slow.stop());
        SandboxedRun run =
                Attempts.sandbox(directory).start(limited, new Sandbox.Output(_ -> {}, _ -> {}));

        assertThat(run.await())
                .isInstanceOfSatisfying(
                        ProcessOutcome.TimedOut.class,
                        late -> assertThat(late.deadline()).isEqualTo(Deadline.WALL_CLOCK));
        run.release();
    }

    @Test
    void resultsAreWrittenInPlaceByTheSlotsUserAndGoneAfterwards() throws Exception {
        Sandbox sandbox = Attempts.sandbox(directory);
        SandboxedRun run =
                sandbox.start(
                        Attempts.spec(
                                List.of("write=/out/result", "read=/in/given"),
                                Map.of(),
                                List.of(),
                                new RunSpec.Mount.Result("result", "/out/result"),
                                new RunSpec.Mount.Content(
                                        "given".getBytes(StandardCharsets.UTF_8), "/in/given")),
                        new Sandbox.Output(_ -> {}, _ -> {}));

        assertThat(run.await()).isEqualTo(new ProcessOutcome.Exited(0));
        Path result = run.written("result");
        assertThat(Files.readString(result)).isEqualTo("probe\n");
        if (Privilege.current().slotUsers()) {
            assertThat(Ownership.ownerOf(result)).isBetween(64000, 64007);
        }
        run.release();
        assertThat(directory.resolve("runs/" + ProcessHandle.current().pid())).isEmptyDirectory();
    }

    @Test
    void withTheHostsUsrAProgramHasAShell() throws Exception {
        RunSpec attempt = Attempts.spec(List.of("write=/usr/probe"), Map.of(), List.of());
        String probe = String.join(" ", attempt.program().argv());
        RunSpec spec =
                new RunSpec(
                        attempt.runId(),
                        new RunSpec.Program(
                                List.of("/bin/sh", "-c", "test -x /usr/bin/env && " + probe),
                                Map.of(),
                                "/"),
                        attempt.files(),
                        attempt.network(),
                        attempt.limits(),
                        attempt.stop());
        Sandbox sandbox =
                new BubblewrapSandbox(
                        Attempts.config(directory, Map.of("leasehold.sandbox.host-usr", "true")),
                        Attempts.connector(InetAddress::getAllByName));

        assertThat(Attempts.run(sandbox, spec))
                .hasEntrySatisfying(
                        "write=/usr/probe", write -> assertThat(write.done()).isFalse());
    }

    @Test
    void whatAKilledWorkerLeftIsRemovedAtTheNextStart() throws Exception {
        Process gone = new ProcessBuilder("/bin/true").start();
        gone.waitFor();
        Path left = Files.createDirectories(directory.resolve("runs/" + gone.pid() + "/run-1"));
        Files.writeString(left.resolve("in0"), "inputs");
        long other = ProcessHandle.current().parent().orElseThrow().pid();
        Path kept = Files.createDirectories(directory.resolve("runs/" + other + "/run-2"));

        assertThat(Attempts.sandbox(directory).runs()).isEmptyDirectory();

        assertThat(left.getParent()).doesNotExist();
        assertThat(kept).exists();
    }

    private static ServerSocket echo() throws IOException {
        ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Thread.ofVirtual()
                .start(() -> {
                    while (!listener.isClosed()) {
                        try (Socket client = listener.accept()) {
                            int first = client.getInputStream().read();
                            client.getOutputStream().write(first);
                        } catch (IOException gone) {
                            LOGGER.debug("a client went away", gone);
                        }
                    }
                });
        return listener;
    }
}
