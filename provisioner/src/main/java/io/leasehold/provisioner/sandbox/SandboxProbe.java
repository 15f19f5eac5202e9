package io.leasehold.provisioner.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.provisioner.process.Capture;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.sandbox.ProbeList.Check;
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

    /** What an older door program says of what it cannot try. */
    private static final String UNKNOWN = "unknown verb";

    /** What the door program says first of what did not come as far as to be refused. */
    private static final String NOT_TRIED = "could not try";

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Sandbox sandbox;
    private final SandboxConfig config;
    private final Path runs;
    private final ProbeList list;
    private final String description;
    private final Path program;

    /**
     * @param program the door program, which tries what it is told
     * @param runs where the probe has its files
     * @param list what must hold
     * @param description of a sandbox that holds, for the log
     */
    SandboxProbe(
            Sandbox sandbox,
            SandboxConfig config,
            Path runs,
            ProbeList list,
            String description,
            Path program) {
        this.sandbox = sandbox;
        this.config = config;
        this.runs = runs;
        this.list = list;
        this.description = description;
        this.program = program;
    }

    ProbeResult run() throws InterruptedException {
        Optional<ProbeResult> missing = missing();
        if (missing.isPresent()) {
            return missing.get();
        }
        try (ServerSocket listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().name("probe-echo").start(() -> echo(listener));
            Path scratch = Ownership.passage(Files.createTempDirectory(runs, "probe-"));
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
        Optional<ProbeResult> missing = list.missing();
        if (missing.isEmpty() && !Files.isExecutable(config.doorBinary())) {
            return Optional.of(
                    new ProbeResult.Failed(
                            "there is no door program at " + config.doorBinary(),
                            "build it (./leasehold tools) or set leasehold.sandbox.door-binary"));
        }
        return missing;
    }

    private ProbeResult attempt(int port, Path scratch) throws IOException, InterruptedException {
        Path canary = Files.createTempFile("leasehold-canary-", "");
        Ownership.permit(canary, "rw-------");
        Path given = Files.createDirectory(scratch.resolve("given"));
        // Whoever gets as far may write: what is tried is whether it is mounted so.
        Ownership.permit(given, "rwxrwxrwx");
        ProbeList.Bait bait =
                new ProbeList.Bait(
                        port, canary, given, Files.createDirectory(scratch.resolve("shared")));
        List<Check> checks = list.checks(bait);
        Capture said = new Capture();
        Capture complaint = new Capture();
        SandboxedRun run =
                sandbox.start(spec(checks, bait), new Sandbox.Output(said::add, complaint::add));
        try {
            ProcessOutcome outcome = run.await();
            if (!outcome.succeeded()) {
                return failedToRun(outcome, complaint);
            }
            Optional<ProbeResult> seen = list.afterwards(bait);
            if (seen.isPresent()) {
                return seen.get();
            }
            String tried = new String(said.bytes(), StandardCharsets.UTF_8);
            return judge(checks, tried, description) instanceof ProbeResult.Failed failed
                    ? failed
                    : new ProbeResult.Ok(description, list.without().stream().toList());
        } finally {
            run.release();
            Files.delete(canary);
        }
    }

    private RunSpec spec(List<Check> checks, ProbeList.Bait bait) {
        String inside = "/bin/leasehold-door";
        List<String> argv = new ArrayList<>();
        argv.add(sandbox.layout().given(program, inside));
        argv.add("probe");
        checks.forEach(check -> argv.add(check.attempt()));
        return new RunSpec(
                "probe",
                new RunSpec.Program(argv, Map.of("HOME", "/home/run"), "/"),
                List.of(
                        new RunSpec.Mount.ReadOnly(program, inside),
                        new RunSpec.Mount.ReadOnly(bait.given(), "/probe-given"),
                        new RunSpec.Mount.Writable(bait.shared(), "/probe-shared")),
                new RunSpec.Network(List.of(list.door(bait.port())), null, () -> true),
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

    /** The usual reasons, in the words that unshare, the door and bubblewrap have for them. */
    private static String remedy(String why) {
        if (why.contains("landlock")) {
            return "use a kernel from 6.12 on with landlock among its security modules (lsm=)";
        }
        if (why.contains("cgroup")) {
            return "give the worker the directories of leasehold.sandbox.cgroups, or leave it out";
        }
        if (why.contains("Unknown option")) {
            return "install bubblewrap 0.8.0 or a later one";
        }
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

    /** What the probe program said, beside what must hold. */
    static ProbeResult judge(List<Check> checks, String said, String description)
            throws IOException {
        Map<String, JsonNode> attempts = new HashMap<>();
        for (String line : said.lines().toList()) {
            JsonNode attempt = JSON.readTree(line);
            attempts.put(attempt.path("try").asText(), attempt);
        }
        for (Check check : checks) {
            JsonNode attempt = attempts.get(check.attempt());
            if (attempt == null || attempt.path("said").asText().equals(UNKNOWN)) {
                return new ProbeResult.Failed(
                        "the probe did not try " + check.attempt(),
                        "use the door program of the same version as the worker");
            }
            if (attempt.path("said").asText().startsWith(NOT_TRIED)) {
                return new ProbeResult.Failed(
                        "the probe could not try %s: %s"
                                .formatted(check.attempt(), attempt.path("said").asText()),
                        "give the machine what it lacks, and restart the worker");
            }
            if (attempt.path("done").asBoolean() != check.mustBePossible()) {
                return new ProbeResult.Failed(check.part(), remedy(check));
            }
        }
        return new ProbeResult.Ok(description);
    }

    private static String remedy(Check check) {
        return check.mustBePossible()
                ? "see the worker's log and run leasehold-door by hand"
                : "do not use this machine before its kernel and its sandbox are understood";
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
