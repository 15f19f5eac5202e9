package io.leasehold.provisioner.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.provisioner.door.DoorRule;
import io.leasehold.provisioner.process.Capture;
import io.leasehold.provisioner.process.ProcessOutcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Finds out whether the sandbox holds, by running the whole of it with a program that tries what
 * must not be possible, and a little that must be. One use per call of {@link #run}.
 */
final class SandboxProbe {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Logger LOGGER = Logger.getLogger(SandboxProbe.class);

    private static final String DOOR_NAME = "probe.leasehold.internal";

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final BubblewrapSandbox sandbox;
    private final SandboxConfig config;
    private final Privilege privilege;

    SandboxProbe(BubblewrapSandbox sandbox, SandboxConfig config, Privilege privilege) {
        this.sandbox = sandbox;
        this.config = config;
        this.privilege = privilege;
    }

    /** One attempt, whether it must be possible, and what it means when it is the other way. */
    private record Check(String attempt, boolean mustBePossible, String part, String remedy) {}

    ProbeResult run() throws InterruptedException {
        Optional<ProbeResult> missing = missing();
        if (missing.isPresent()) {
            return missing.get();
        }
        try (ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().name("probe-echo").start(() -> echo(listener));
            Path scratch = Ownership.passage(Files.createTempDirectory(sandbox.runs(), "probe-"));
            try {
                return attempt(listener.getLocalPort(), scratch);
            } finally {
                Ownership.remove(scratch);
            }
        } catch (IOException e) {
            return new ProbeResult.Failed(
                    "the probe could not be prepared: " + e.getMessage(),
                    "make sure that " + config.directory() + " can be written to");
        }
    }

    private Optional<ProbeResult> missing() {
        if (HostTools.find()
                instanceof HostTools.Search.Missing(String program, String aptPackage)) {
            return Optional.of(
                    new ProbeResult.Failed(
                            program + " is not installed",
                            "install it: apt-get install " + aptPackage));
        }
        if (!Files.isExecutable(config.doorBinary())) {
            return Optional.of(
                    new ProbeResult.Failed(
                            "there is no door program at " + config.doorBinary(),
                            "build it (./leasehold tools) or set leasehold.sandbox.door-binary"));
        }
        return Optional.empty();
    }

    private ProbeResult attempt(int port, Path scratch) throws IOException, InterruptedException {
        Path canary = Files.createTempFile("leasehold-canary-", "");
        Path shared = Files.createDirectory(scratch.resolve("shared"));
        Ownership.permit(canary, "rw-------");
        List<Check> checks = checks(port, canary);
        Capture said = new Capture();
        Capture complaint = new Capture();
        SandboxedRun run =
                sandbox.start(
                        spec(checks, port, shared), new Sandbox.Output(said::add, complaint::add));
        try {
            ProcessOutcome outcome = run.await();
            if (!outcome.succeeded()) {
                return failedToRun(outcome, complaint);
            }
            Path proof = shared.resolve("owner");
            if (Files.exists(proof) && Ownership.ownerOf(proof) == 0 && privilege.slotUsers()) {
                return new ProbeResult.Failed(
                        "programs run as root of the host",
                        "give the worker the capabilities SETUID, SETGID and SETPCAP, with which it"
                                + " becomes user "
                                + config.firstUser());
            }
            return judge(checks, said);
        } finally {
            run.release();
            Files.delete(canary);
        }
    }

    private List<Check> checks(int port, Path canary) {
        List<Check> checks = new ArrayList<>();
        ours().ifPresent(variable ->
                checks.add(
                        must(
                                false,
                                "environ=" + variable,
                                "the worker's environment can be read")));
        String files = "files of the host can be read";
        checks.add(must(false, "read=" + canary, files));
        checks.add(must(false, "read=/etc/shadow", files));
        checks.add(must(false, "write=/probe", "the root of the sandbox can be written to"));
        String network = "the network is open outside the doors";
        checks.add(must(false, "dial=127.0.0.1:" + port, network));
        checks.add(must(false, "dial=169.254.169.254:80", network));
        checks.add(must(false, "dial=1.1.1.1:53", network));
        checks.add(
                must(false, "resolve=leasehold.invalid", "names are resolved outside the doors"));
        checks.add(
                must(false, "syscall=unshare-user", "user namespaces can be made in the sandbox"));
        String filter = "the system call filter is not in place";
        checks.add(must(false, "syscall=keyctl", filter));
        checks.add(must(false, "syscall=mount", filter));
        checks.add(must(true, "write=/probe-shared/owner", "results cannot be written"));
        checks.add(must(true, "resolve=" + DOOR_NAME, "the door does not answer names"));
        checks.add(must(true, "echo=" + DOOR_NAME + ":7", "the door does not carry connections"));
        return checks;
    }

    private static Check must(boolean possible, String attempt, String part) {
        return new Check(
                attempt,
                possible,
                part,
                possible
                        ? "see the worker's log and run leasehold-door by hand"
                        : "do not use this machine before its kernel and bubblewrap are understood");
    }

    /** Something of the worker's own environment that nobody would have by chance. */
    private static Optional<String> ours() {
        return System.getenv().entrySet().stream()
                .filter(variable -> variable.getValue().length() > 7)
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .filter(text -> !text.contains("\n"))
                .findFirst();
    }

    private RunSpec spec(List<Check> checks, int port, Path shared) {
        List<String> argv = new ArrayList<>(List.of("/bin/leasehold-door", "probe"));
        checks.forEach(check -> argv.add(check.attempt()));
        DoorRule door = new DoorRule(DOOR_NAME, 7, Optional.of("127.0.0.1:" + port));
        return new RunSpec(
                "probe",
                new RunSpec.Program(argv, Map.of("HOME", "/home/run"), "/"),
                List.of(
                        new RunSpec.Mount.ReadOnly(config.doorBinary(), "/bin/leasehold-door"),
                        new RunSpec.Mount.Writable(shared, "/probe-shared")),
                new RunSpec.Network(List.of(door), null),
                new RunSpec.Limits(LIMIT, LIMIT),
                new RunSpec.Stop(Duration.ZERO, () -> () -> false));
    }

    private static ProbeResult failedToRun(ProcessOutcome outcome, Capture complaint) {
        String said = new String(complaint.bytes(), StandardCharsets.UTF_8).strip();
        String why =
                switch (outcome) {
                    case ProcessOutcome.FailedToStart(String message) -> message;
                    case ProcessOutcome.Exited(int code) -> "exit code " + code + " " + said;
                    case ProcessOutcome.TimedOut _ -> "no end within " + LIMIT;
                    case ProcessOutcome.Stopped(String reason, _) -> reason;
                };
        return new ProbeResult.Failed("a sandbox cannot be made: " + why, remedy(why));
    }

    /** The usual reasons, in the words that unshare and bubblewrap have for them. */
    private static String remedy(String why) {
        if (why.contains("stage")) {
            return "make one of the directories /mnt, /media, /srv, /opt";
        }
        if (why.contains("proc")) {
            return "in a container, unmask /proc (docker: --security-opt systempaths=unconfined;"
                    + " Kubernetes: procMount: Unmasked)";
        }
        if (why.contains("unshare") || why.contains("namespace") || why.contains("pivot_root")) {
            return "allow user namespaces: on the host kernel.unprivileged_userns_clone=1 and, on"
                    + " Ubuntu, an AppArmor profile for bwrap; in a container, a seccomp profile that"
                    + " allows unshare, mount and pivot_root";
        }
        return "run the command by hand as the worker's user; the worker's log has the reason";
    }

    private ProbeResult judge(List<Check> checks, Capture said) throws IOException {
        Map<String, JsonNode> attempts = new HashMap<>();
        for (String line : new String(said.bytes(), StandardCharsets.UTF_8).lines().toList()) {
            JsonNode attempt = JSON.readTree(line);
            attempts.put(attempt.path("try").asText(), attempt);
        }
        for (Check check : checks) {
            JsonNode attempt = attempts.get(check.attempt());
            if (attempt == null) {
                return new ProbeResult.Failed(
                        "the probe did not try " + check.attempt(),
                        "use the door program of the same version as the worker");
            }
            if (attempt.path("done").asBoolean() != check.mustBePossible()) {
                String what = check.mustBePossible() ? ": " + attempt.path("said").asText() : "";
                return new ProbeResult.Failed(check.part() + what, check.remedy());
            }
        }
        return new ProbeResult.Ok(sandbox.description());
    }

    private static void echo(ServerSocket listener) {
        while (!listener.isClosed()) {
            try (Socket client = listener.accept()) {
                client.setSoTimeout(5_000);
                client.getOutputStream().write(client.getInputStream().read());
                client.getOutputStream().write("ong\n".getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                LOGGER.debugf("a client of the probe went away reason=%s", e.getMessage());
            }
        }
    }
}
