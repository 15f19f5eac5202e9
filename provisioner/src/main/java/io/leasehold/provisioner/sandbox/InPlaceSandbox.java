package io.leasehold.provisioner.sandbox;

import io.leasehold.provisioner.door.Connector;
import io.leasehold.provisioner.door.DoorBroker;
import io.leasehold.provisioner.door.DoorRule;
import io.leasehold.provisioner.door.Entrance;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.process.StopLadder;
import io.leasehold.provisioner.process.Subprocess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * Programs where no namespaces can be had: as the worker's own user and in its network, one at a
 * time, confined by Landlock or, in so many words, by nothing. Shared; any thread.
 */
final class InPlaceSandbox implements Sandbox {

    private static final Logger LOGGER = Logger.getLogger(InPlaceSandbox.class);

    /** What is reached at it goes by the broker, which knows names; other ports know none. */
    private static final int HTTPS = 443;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final SandboxConfig config;
    private final Connector connector;
    private final SandboxRoot root;
    private final Layout layout;
    private final Cgroups cgroups;
    private final Semaphore slot = new Semaphore(1);

    /**
     * @throws IOException when the directories cannot be made
     */
    InPlaceSandbox(SandboxConfig config, Connector connector) throws IOException {
        this.config = config;
        this.connector = connector;
        this.root = SandboxRoot.make(config);
        this.layout = new Layout(Optional.of(root.runs().resolve("root")));
        this.cgroups = Cgroups.of(config);
    }

    @Override
    public Tier tier() {
        return config.tier();
    }

    @Override
    public Layout layout() {
        return layout;
    }

    @Override
    public ProbeResult probe() throws InterruptedException {
        return probe(config.doorBinary());
    }

    /** By a program that need not be the one that makes the sandbox. */
    ProbeResult probe(Path program) throws InterruptedException {
        ProbeList list = new InPlaceChecks(config, layout, cgroups);
        return new SandboxProbe(this, config, root.runs(), list, description(), program).run();
    }

    private String description() {
        return switch (config.tier()) {
            case NONE ->
                    "not at all: runs of tenant %s have all that this worker has"
                            .formatted(config.noneTenant().orElse("nobody"));
            case LANDLOCK, BUBBLEWRAP ->
                    "landlock, one program at a time, as this worker's user; endpoints at other ports"
                            + " than 443 are not told apart by name: a run reaches any host at an"
                            + " allowed port, and UDP; the room in its directories is not limited"
                            + (config.cgroups().isPresent()
                                    ? ""
                                    : ", memory by address space only and processors not at all"
                                            + " (leasehold.sandbox.cgroups)");
        };
    }

    @Override
    public SandboxedRun start(RunSpec spec, Output output) throws InterruptedException {
        slot.acquire();
        ProgramRun run = new ProgramRun(slot::release);
        try {
            Optional<String> refusal = refusal(spec);
            if (refusal.isPresent()) {
                run.failed(new ProcessOutcome.FailedToStart(refusal.get()));
            } else {
                launch(run, spec, output);
            }
        } catch (IOException e) {
            LOGGER.warnf(
                    "a program could not be started runId=%s reason=%s",
                    spec.runId(), e.toString());
            run.failed(new ProcessOutcome.FailedToStart("sandbox: " + e));
        }
        return run;
    }

    /** Without a sandbox, the tenants of a worker are not kept apart: so it has one. */
    private Optional<String> refusal(RunSpec spec) {
        if (config.tier() != Tier.NONE) {
            return Optional.empty();
        }
        if (!config.noneIsUnderstood()) {
            return Optional.of(
                    "this worker has no sandbox, and leasehold.sandbox.none-is-understood is not set");
        }
        LOGGER.warnf("a program runs without a sandbox runId=%s", spec.runId());
        String tenant = spec.tenant();
        return tenant == null || config.noneTenant().filter(tenant::equals).isPresent()
                ? Optional.empty()
                : Optional.of(
                        "this worker has no sandbox and runs tenant %s only; %s needs a worker with another leasehold.sandbox.tier"
                                .formatted(config.noneTenant().orElse("nobody"), tenant));
    }

    private void launch(ProgramRun run, RunSpec spec, Output output) throws IOException {
        Path place = layout.root().orElseThrow();
        InPlaceFiles files = InPlaceFiles.make(place, spec);
        run.in(files);
        Map<String, String> env = new HashMap<>(spec.program().env());
        Path certificates = root.etc().resolve("ssl/certs/ca-certificates.crt");
        if (Files.exists(certificates)) {
            env.put("SSL_CERT_FILE", certificates.toString());
        }
        List<Integer> ports = doors(run, spec, env);
        List<String> argv =
                new InPlaceLine(config, root, cgroups.enter(0)).of(spec, files, layout, ports);
        run.watchedBy(cgroups.watch(0));
        run.begin(
                new Subprocess.Spec(
                        spec.runId(), argv, env, spec.limits().wallClock(), spec.limits().idle()),
                output,
                new StopLadder(
                        new SupervisorSignals(new Signals(config.doorBinary(), InPlaceLine.DEPTH)),
                        spec.stop().grace(),
                        Sandbox.INSIST,
                        spec.stop().busy()));
    }

    /** Opens what the run reaches, tells its environment, and gives the ports that it may use. */
    private List<Integer> doors(ProgramRun run, RunSpec spec, Map<String, String> env)
            throws IOException {
        List<Entrance> entrances = new ArrayList<>();
        List<DoorRule> rules = spec.network().doors();
        run.with(
                DoorBroker.listen(
                        spec.runId(),
                        opened(spec, entrances, env),
                        rules,
                        spec.network().service(),
                        connector,
                        spec.network().held()));
        List<Integer> ports = new ArrayList<>();
        for (Entrance entrance : entrances) {
            ports.add(entrance.port());
        }
        List<Integer> direct =
                rules.stream().map(DoorRule::port).filter(port -> port != HTTPS).toList();
        ports.addAll(direct);
        if (config.tier() == Tier.NONE || !direct.isEmpty()) {
            run.reachesTheWorldByItself();
        }
        return ports;
    }

    private List<Entrance> opened(RunSpec spec, List<Entrance> entrances, Map<String, String> env)
            throws IOException {
        try {
            if (spec.network().service() != null) {
                entrances.add(Entrance.service(config.servicePort()));
            }
            if (config.tier() == Tier.LANDLOCK && !spec.network().doors().isEmpty()) {
                byte[] random = new byte[16];
                RANDOM.nextBytes(random);
                String secret = HexFormat.of().formatHex(random);
                Entrance proxy = Entrance.proxy(secret);
                entrances.add(proxy);
                env.put(
                        "HTTPS_PROXY",
                        "http://run:%s@127.0.0.1:%d".formatted(secret, proxy.port()));
            }
            return entrances;
        } catch (IOException e) {
            for (Entrance entrance : entrances) {
                entrance.close();
            }
            throw e;
        }
    }
}
