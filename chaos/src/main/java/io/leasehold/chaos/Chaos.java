package io.leasehold.chaos;

import io.leasehold.embedded.platform.Installation;
import io.leasehold.embedded.platform.Layout;
import io.leasehold.embedded.platform.PlatformSystem;
import io.leasehold.embedded.platform.Service;
import io.leasehold.embedded.platform.SystemOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Starts a system, feeds it, kills its parts, waits for quiet and looks at what is there. */
final class Chaos {
    private static final Logger LOGGER = Logger.getLogger(Chaos.class);
    private static final Duration NO_DRIFT = Duration.ofDays(1);
    private static final Duration ROUND = Duration.ofSeconds(20);

    /** Longer than the blueprint lets a run take: what only waits for that is not stuck. */
    private static final Duration STUCK = Duration.ofMinutes(6);

    /** A publisher whose broker was killed waits for it for a minute. */
    private static final Duration PUBLISHED = Duration.ofSeconds(90);

    /** So short that nothing is waited for long after a kill, on a machine that is busy. */
    private static final Map<String, String> SHORT_WAITS =
            Map.of(
                    "leasehold.lease.first", "PT6S",
                    "leasehold.lease.planning", "PT30S",
                    "leasehold.lease.applying", "PT30S",
                    "leasehold.lease.grace", "PT1S",
                    "leasehold.lease.pulse", "PT0.5S",
                    "leasehold.lease.longest-gap", "PT2S",
                    "leasehold.lease.losses-together", "PT5S",
                    "leasehold.outbox.lease", "PT5S",
                    "leasehold.breakers.first-wait", "PT30S");

    private static final Map<String, String> QUICK_WORKERS =
            Map.of(
                    "leasehold.runner.heartbeat", "PT1S",
                    "leasehold.runner.drift-slots", "0",
                    "leasehold.ledger.poll-wait", "PT5S",
                    "leasehold.ledger.call-timeout", "PT5S",
                    "leasehold.publisher.claim-interval", "PT1S");

    /** Started again and again, they never live long enough for the best code. */
    private static final List<String> JVM = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1");

    private final Installation installation = Installation.find();
    private final Path folder;
    private final Path arms;
    private final Plan plan;
    private final Consumer<String> said;

    /**
     * @param folder for the system's data
     * @param arms an empty folder
     */
    Chaos(Path folder, Path arms, Plan plan, Consumer<String> said) {
        this.folder = folder;
        this.arms = arms;
        this.plan = plan;
        this.said = said;
    }

    /** What came of it. */
    record Result(Observed seen, List<Kill> kills) {}

    Result run() throws InterruptedException, SQLException {
        try (PlatformSystem system = PlatformSystem.start(options())) {
            TenantsServer server = new TenantsServer(system);
            server.writeDown();
            LedgerLook ledger = new LedgerLook(system);
            try (Killer killer =
                            new Killer(
                                    folder,
                                    arms,
                                    () -> ServerLog.length(serverLog(system)),
                                    plan.hits());
                    Upstream upstream =
                            new Upstream(
                                    system.kafkaBootstrapServers(),
                                    plan.sendings(),
                                    killer::horizon)) {
                disturb(upstream, killer);
                said.accept("all events are sent and all kills done; waiting for quiet");
                boolean quiet =
                        new Quiet(ledger, plan.wanted(), upstream.acknowledged(), STUCK).await();
                said.accept(
                        quiet
                                ? "looking at what is there"
                                : "no more tenants come to rest; looking at what is there");
                return new Result(look(system, server, ledger, upstream), killer.done());
            }
        }
    }

    private SystemOptions options() {
        return new SystemOptions(
                folder,
                installation,
                NO_DRIFT,
                Runtime.getRuntime().availableProcessors(),
                JVM,
                LOGGER::info,
                SHORT_WAITS,
                new Layout(true, true, QUICK_WORKERS, agents(), Duration.ofSeconds(1)));
    }

    /** Those that have steps can be told to end themselves there. */
    private Map<Service, List<String>> agents() {
        Path agent = installation.home().resolve("faults/target/faults.jar");
        if (!Files.isRegularFile(agent)) {
            throw new ChaosFailedException(agent + " is missing (made by: ./leasehold build)");
        }
        Map<Service, List<String>> agents = new EnumMap<>(Service.class);
        for (Service armed : List.of(Service.PROVISIONER, Service.RUNNER, Service.STATE_SERVICE)) {
            agents.put(
                    armed, List.of("-javaagent:%s=%s".formatted(agent, Killer.arm(arms, armed))));
        }
        return agents;
    }

    private void disturb(Upstream upstream, Killer killer) throws InterruptedException {
        int before = 0;
        long progress = System.nanoTime();
        while (!killer.awaitAll(ROUND)) {
            int done = killer.done().size();
            said.accept(
                    "%d kills of %d done, %d events of %d left to be sent"
                            .formatted(
                                    done,
                                    plan.hits().size(),
                                    upstream.left(),
                                    plan.sendings().size()));
            if (done > before) {
                before = done;
                progress = System.nanoTime();
            } else if (System.nanoTime() - progress > STUCK.toNanos()) {
                throw new ChaosFailedException(
                        "nobody could be killed for %d s; waiting for %s; what happened is in %s"
                                .formatted(STUCK.toSeconds(), killer.pending(), folder));
            }
        }
        upstream.awaitAll(STUCK);
    }

    private Observed look(
            PlatformSystem system, TenantsServer server, LedgerLook ledger, Upstream upstream)
            throws InterruptedException, SQLException {
        Map<Life, Wish> wanted = plan.wanted();
        Deployer deployer = new Deployer(system.kafkaBootstrapServers());
        Map<Life, Observed.Outputs> outputs = settled(deployer, wanted);
        Set<Life> alive =
                wanted.values().stream()
                        .filter(wish -> !wish.gone())
                        .map(Wish::life)
                        .collect(Collectors.toSet());
        return new Observed(
                wanted,
                upstream.acknowledged(),
                ledger.ends(wanted.keySet()),
                ServerLog.read(serverLog(system)),
                server.standing(),
                ledger.states(alive),
                deployer.published(),
                outputs,
                ledger.locks(),
                ledger.runs(),
                ledger.unsettled(wanted),
                ledger.left());
    }

    private static Path serverLog(PlatformSystem system) {
        return system.logs().resolve(Service.TENANTS_POSTGRES.label() + ".log");
    }

    /** The publisher may be a moment behind the ledger. */
    private static Map<Life, Observed.Outputs> settled(Deployer deployer, Map<Life, Wish> wanted)
            throws InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            Map<Life, Observed.Outputs> outputs = deployer.latest();
            if (System.nanoTime() - begin > PUBLISHED.toNanos() || agree(outputs, wanted)) {
                return outputs;
            }
        }
    }

    private static boolean agree(Map<Life, Observed.Outputs> outputs, Map<Life, Wish> wanted) {
        Map<Life, Long> expected = new HashMap<>();
        wanted.forEach((life, wish) -> {
            if (!wish.gone()) {
                expected.put(life, wish.generation());
            }
        });
        Map<Life, Long> found = new HashMap<>();
        outputs.forEach((life, one) -> found.put(life, one.generation()));
        return expected.equals(found);
    }
}
