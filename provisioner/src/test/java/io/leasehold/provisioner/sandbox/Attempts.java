package io.leasehold.provisioner.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.embedded.Ports;
import io.leasehold.provisioner.door.AddressPolicy;
import io.leasehold.provisioner.door.Connector;
import io.leasehold.provisioner.door.DoorRule;
import io.leasehold.provisioner.process.Capture;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.workshop.Settings;
import io.leasehold.provisioner.workshop.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Runs the probe program in a sandbox and says what was possible. */
final class Attempts {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Attempts() {}

    record Attempt(boolean done, String said) {}

    static String said(Map<String, Attempt> attempts, String attempt) {
        return Objects.requireNonNull(attempts.get(attempt), attempt).said();
    }

    static SandboxConfig config(Path directory, Map<String, String> more) {
        Map<String, String> values = new HashMap<>();
        values.put("leasehold.sandbox.door-binary", Tools.door().toString());
        values.put("leasehold.sandbox.directory", directory.toString());
        values.putAll(more);
        return Settings.of(SandboxConfig.class, values);
    }

    static Connector connector(Connector.Resolver resolver) {
        return new Connector(
                new AddressPolicy(Set.of()),
                resolver,
                Duration.ofSeconds(3),
                new Connector.Most(16, 8));
    }

    static BubblewrapSandbox sandbox(Path directory) throws IOException {
        return new BubblewrapSandbox(
                config(directory, Map.of()), connector(InetAddress::getAllByName));
    }

    static Sandbox sandbox(Path directory, Tier tier) throws IOException {
        return Sandboxes.of(config(directory, of(tier)), connector(InetAddress::getAllByName));
    }

    /** What a worker of a tier has set, at a port that no other test has. */
    static Map<String, String> of(Tier tier) {
        Map<String, String> settings = new HashMap<>();
        settings.put("leasehold.sandbox.tier", tier.name().toLowerCase(Locale.ROOT));
        settings.put("leasehold.sandbox.service-port", Integer.toString(Ports.free()));
        if (tier == Tier.NONE) {
            settings.put("leasehold.sandbox.none-is-understood", "true");
            settings.put("leasehold.sandbox.none-tenant", "acme");
        }
        return settings;
    }

    static RunSpec spec(
            List<String> tries,
            Map<String, String> env,
            List<DoorRule> doors,
            RunSpec.Mount... more) {
        return spec(Layout.OWN_ROOT, tries, env, doors, more);
    }

    static RunSpec spec(
            Sandbox sandbox,
            List<String> tries,
            Map<String, String> env,
            List<DoorRule> doors,
            RunSpec.Mount... more) {
        return spec(sandbox.layout(), tries, env, doors, more);
    }

    private static RunSpec spec(
            Layout at,
            List<String> tries,
            Map<String, String> env,
            List<DoorRule> doors,
            RunSpec.Mount... more) {
        List<String> argv =
                new ArrayList<>(List.of(at.given(Tools.door(), "/bin/leasehold-door"), "probe"));
        argv.addAll(tries);
        List<RunSpec.Mount> mounts = new ArrayList<>();
        mounts.add(new RunSpec.Mount.ReadOnly(Tools.door(), "/bin/leasehold-door"));
        mounts.addAll(List.of(more));
        Duration limit = Duration.ofSeconds(30);
        return new RunSpec(
                "attempt",
                new RunSpec.Program(argv, env, "/"),
                mounts,
                new RunSpec.Network(doors, null, () -> true),
                new RunSpec.Limits(limit, limit),
                new RunSpec.Stop(Duration.ofSeconds(5), () -> () -> false));
    }

    /** By what was tried. */
    static Map<String, Attempt> run(Sandbox sandbox, RunSpec spec)
            throws IOException, InterruptedException {
        Capture said = new Capture();
        Capture complaint = new Capture();
        SandboxedRun run = sandbox.start(spec, new Sandbox.Output(said::add, complaint::add));
        try {
            assertThat(run.await())
                    .as(new String(complaint.bytes(), StandardCharsets.UTF_8))
                    .isEqualTo(new ProcessOutcome.Exited(0));
            Map<String, Attempt> attempts = new HashMap<>();
            for (String line : new String(said.bytes(), StandardCharsets.UTF_8).lines().toList()) {
                JsonNode json = JSON.readTree(line);
                attempts.put(
                        json.path("try").asText(),
                        new Attempt(json.path("done").asBoolean(), json.path("said").asText()));
            }
            return attempts;
        } finally {
            run.release();
        }
    }
}
