package io.leasehold.provisioner.tofu;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.provisioner.module.ModuleInitialiser;
import io.leasehold.provisioner.process.Capture;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.process.Subprocess;
import io.leasehold.provisioner.sandbox.Layout;
import io.leasehold.provisioner.sandbox.RunSpec;
import io.leasehold.provisioner.sandbox.RunSpec.Mount;
import io.leasehold.provisioner.sandbox.Sandbox;
import io.leasehold.provisioner.sandbox.SandboxConfig;
import io.leasehold.provisioner.sandbox.SandboxedRun;
import io.leasehold.provisioner.stateproxy.StateProxy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The tofu and the providers of this worker, and {@code init} with them. Shared; any thread. */
@Singleton
public final class TofuTools implements ModuleInitialiser {

    private static final Logger LOGGER = Logger.getLogger(TofuTools.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SHORT = Duration.ofSeconds(30);

    private final TofuConfig config;
    private final SandboxConfig sandboxConfig;
    private final Sandbox sandbox;
    private @Nullable String version;
    private volatile @Nullable String fingerprint;

    /** With the sandbox in which modules are initialised. */
    @Inject
    public TofuTools(TofuConfig config, SandboxConfig sandboxConfig, Sandbox sandbox) {
        this.config = config;
        this.sandboxConfig = sandboxConfig;
        this.sandbox = sandbox;
    }

    /** Asks tofu once, before any run starts it. */
    @Override
    public synchronized String tofuVersion() throws IOException, InterruptedException {
        String known = version;
        if (known == null) {
            warm();
            known = askVersion();
            version = known;
        }
        return known;
    }

    /**
     * Every run starts tofu, and its providers several times: with their pages cached in large ones
     * each start costs an eighth less.
     */
    private void warm() throws InterruptedException {
        List<String> argv = new ArrayList<>();
        argv.add(sandboxConfig.doorBinary().toString());
        argv.add("warm");
        argv.add(config.binary().toString());
        try (Stream<Path> files = Files.walk(config.providers())) {
            files.filter(Files::isExecutable)
                    .filter(Files::isRegularFile)
                    .forEach(file -> argv.add(file.toString()));
            Subprocess.Result warmed =
                    Subprocess.run(new Subprocess.Spec("warm", argv, Map.of(), SHORT, SHORT));
            if (!warmed.outcome().succeeded()) {
                LOGGER.infof("programs start from small pages outcome=%s", warmed.outcome());
            }
        } catch (IOException | UncheckedIOException e) {
            LOGGER.infof("programs start from small pages reason=%s", e.toString());
        }
    }

    private String askVersion() throws IOException, InterruptedException {
        Subprocess.Result asked =
                Subprocess.run(
                        new Subprocess.Spec(
                                "tofu-version",
                                List.of(config.binary().toString(), "version", "-json"),
                                Map.of("TF_CLI_CONFIG_FILE", "/dev/null"),
                                SHORT,
                                SHORT));
        if (asked.outcome().succeeded()) {
            String found = JSON.readTree(asked.stdout()).path("terraform_version").asText("");
            if (!found.isEmpty()) {
                return found;
            }
        }
        throw new IOException(config.binary() + " does not say its version: " + asked.outcome());
    }

    @Override
    public String fingerprint() throws IOException, InterruptedException {
        String known = fingerprint;
        if (known == null) {
            known =
                    digest(
                            "%s %s\n%s\n%s"
                                    .formatted(
                                            TofuLine.LAYOUT,
                                            sandbox.layout().kind(),
                                            tofuVersion(),
                                            providers()));
            fingerprint = known;
        }
        return known;
    }

    /** Every provider by name, size and time: a rebuilt one may come with another lock. */
    private String providers() throws IOException {
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
        } catch (UncheckedIOException e) {
            throw e.getCause();
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
        Layout at = sandbox.layout();
        List<Mount> files = new ArrayList<>(TofuLine.tools(config, at));
        files.add(new Mount.Writable(root, TofuLine.WORK));
        RunSpec spec =
                new RunSpec(
                        runId,
                        TofuLine.program(
                                List.of(
                                        at.given(config.binary(), TofuLine.BINARY),
                                        "init",
                                        "-input=false",
                                        "-no-color"),
                                TofuLine.platformEnv(config, at, sandboxConfig.servicePort())),
                        files,
                        new RunSpec.Network(List.of(), StateProxy.ofNoState(), () -> false),
                        new RunSpec.Limits(config.initTimeout(), config.initTimeout()),
                        new RunSpec.Stop(Duration.ZERO, () -> () -> false));
        Capture said = new Capture();
        SandboxedRun run = sandbox.start(spec, new Sandbox.Output(said::add, said::add));
        try {
            ProcessOutcome outcome = run.await();
            return outcome.succeeded()
                    ? new Outcome.Initialised()
                    : InitFailure.of(outcome, new String(said.bytes(), StandardCharsets.UTF_8));
        } finally {
            run.release();
        }
    }
}
