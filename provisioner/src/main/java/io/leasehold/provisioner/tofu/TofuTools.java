package io.leasehold.provisioner.tofu;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.provisioner.module.ModuleInitialiser;
import io.leasehold.provisioner.process.Capture;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.process.Subprocess;
import io.leasehold.provisioner.sandbox.RunSpec;
import io.leasehold.provisioner.sandbox.RunSpec.Mount;
import io.leasehold.provisioner.sandbox.Sandbox;
import io.leasehold.provisioner.sandbox.SandboxConfig;
import io.leasehold.provisioner.sandbox.SandboxedRun;
import io.leasehold.provisioner.stateproxy.StateProxy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The tofu and the providers of this worker, and {@code init} with them. Shared; any thread. */
@Singleton
public final class TofuTools implements ModuleInitialiser {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final TofuConfig config;
    private final SandboxConfig sandboxConfig;
    private final Sandbox sandbox;
    private volatile @Nullable String version;
    private volatile @Nullable String fingerprint;

    /** With the sandbox in which modules are initialised. */
    @Inject
    public TofuTools(TofuConfig config, SandboxConfig sandboxConfig, Sandbox sandbox) {
        this.config = config;
        this.sandboxConfig = sandboxConfig;
        this.sandbox = sandbox;
    }

    /**
     * Asks tofu once.
     *
     * @throws IllegalStateException when it cannot be run
     */
    @Override
    public String tofuVersion() throws InterruptedException {
        String known = version;
        if (known == null) {
            known = askVersion();
            version = known;
        }
        return known;
    }

    private String askVersion() throws InterruptedException {
        Duration limit = Duration.ofSeconds(30);
        Subprocess.Result asked =
                Subprocess.run(
                        new Subprocess.Spec(
                                "tofu-version",
                                List.of(config.binary().toString(), "version", "-json"),
                                Map.of("TF_CLI_CONFIG_FILE", "/dev/null"),
                                limit,
                                limit));
        try {
            String found = JSON.readTree(asked.stdout()).path("terraform_version").asText("");
            if (asked.outcome().succeeded() && !found.isEmpty()) {
                return found;
            }
        } catch (IOException e) {
            throw new IllegalStateException(config.binary() + " does not say its version", e);
        }
        throw new IllegalStateException(
                config.binary() + " does not say its version: " + asked.outcome());
    }

    @Override
    public String fingerprint() throws InterruptedException {
        String known = fingerprint;
        if (known == null) {
            known = digest(TofuLine.LAYOUT + "\n" + tofuVersion() + "\n" + providers());
            fingerprint = known;
        }
        return known;
    }

    /** Every provider by name, size and time: a rebuilt one may come with another lock. */
    private String providers() {
        try (Stream<Path> files = Files.walk(config.providers())) {
            List<String> lines = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                lines.add(
                        config.providers().relativize(file)
                                + " "
                                + Files.size(file)
                                + " "
                                + Files.getLastModifiedTime(file).toMillis());
            }
            return String.join("\n", lines);
        } catch (IOException e) {
            throw new IllegalStateException("the providers cannot be listed", e);
        }
    }

    private static String digest(String text) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public Outcome initialise(String runId, Path root) throws InterruptedException {
        List<Mount> files = new ArrayList<>(TofuLine.tools(config));
        files.add(new Mount.Writable(root, TofuLine.WORK));
        RunSpec spec =
                new RunSpec(
                        runId,
                        TofuLine.program(
                                List.of(TofuLine.BINARY, "init", "-input=false", "-no-color"),
                                TofuLine.platformEnv(config, sandboxConfig.servicePort())),
                        files,
                        new RunSpec.Network(List.of(), StateProxy.ofNoState()),
                        new RunSpec.Limits(config.initTimeout(), config.initTimeout()),
                        new RunSpec.Stop(Duration.ZERO, () -> false));
        Capture said = new Capture();
        SandboxedRun run = sandbox.start(spec, new Sandbox.Output(said::add, said::add));
        try {
            ProcessOutcome outcome = run.await();
            return outcome.succeeded()
                    ? new Outcome.Initialised()
                    : new Outcome.Failed(reason(outcome, said));
        } finally {
            run.release();
        }
    }

    private static String reason(ProcessOutcome outcome, Capture said) {
        String text = new String(said.bytes(), StandardCharsets.UTF_8);
        int error = text.indexOf("Error: ");
        String words = (error < 0 ? text : text.substring(error)).replaceAll("[│╷╵\\s]+", " ");
        String how =
                switch (outcome) {
                    case ProcessOutcome.Exited(int exit) -> "tofu init ended with code " + exit;
                    case ProcessOutcome.TimedOut(_, Duration limit, _) ->
                            "tofu init was stopped after " + limit.toSeconds() + " s";
                    case ProcessOutcome.Stopped(String why, _) -> "tofu init was stopped: " + why;
                    case ProcessOutcome.FailedToStart(String why) ->
                            "tofu init could not start: " + why;
                };
        return how + ". " + words.strip().substring(0, Math.min(1000, words.strip().length()));
    }
}
