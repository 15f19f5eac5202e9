package io.leasehold.provisioner.runner;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.module.TemplateResult;
import io.leasehold.provisioner.stateproxy.HttpStateUpstreams;
import io.leasehold.provisioner.workshop.HostileTools;
import io.leasehold.provisioner.workshop.Settings;
import io.leasehold.provisioner.workshop.StateServer;
import io.leasehold.provisioner.workshop.Worker;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * Tenants of one worker that mean no good, and what became of their runs. Safe for many threads.
 */
final class HostileTenants implements AutoCloseable {

    /** The port at which each of them finds its state. */
    static final int SERVICE_PORT = 7448;

    /** So that what hangs is soon taken for what it is. */
    private static final Duration SHORT_SILENCE = Duration.ofSeconds(6);

    /** Nobody else is taken for that because the machine is slow. */
    private static final Duration LONG_SILENCE = Duration.ofMinutes(4);

    private final Path folder;
    private final StateServer states = new StateServer();
    private final Worker worker;

    HostileTenants(Path folder) throws IOException {
        this.folder = folder;
        worker =
                new Worker(
                        folder,
                        states.uri(),
                        Map.of(
                                "leasehold.tofu.providers",
                                HostileTools.mirror(folder, "hashicorp/random").toString(),
                                "leasehold.sandbox.first-user",
                                "72000",
                                "leasehold.sandbox.tmp-size",
                                "16M"));
    }

    /** How a run ended, and all that its log says. */
    record Ended(RunEnding ending, Queue<String> said) {}

    StateServer states() {
        return states;
    }

    Worker worker() {
        return worker;
    }

    static String path(String tenant) {
        return "/state/%s/1/attack".formatted(tenant);
    }

    /** A run of the module that tries those attacks. */
    Ended tries(String tenant, String... tries) throws Exception {
        return tries(tenant, HostileTools.module(), tries);
    }

    /** As {@link #tries(String, String...)}, for those after which nothing more is said. */
    Ended hangs(String tenant, String... tries) throws Exception {
        return run(tenant, HostileTools.module(), inputs(tries), SHORT_SILENCE);
    }

    /** A run of that module with more in it. */
    Ended tries(String tenant, Map<String, String> module, String... tries) throws Exception {
        return run(tenant, module, inputs(tries), LONG_SILENCE);
    }

    private static ObjectNode inputs(String... tries) {
        return HostileTools.trying(List.of(tries), Worker.inputs()).variables();
    }

    /** A run of any module. */
    Ended run(String tenant, Map<String, String> module) throws Exception {
        return run(tenant, module, Worker.variables(), LONG_SILENCE);
    }

    private Ended run(
            String tenant, Map<String, String> module, ObjectNode inputs, Duration silence)
            throws Exception {
        FakeLedger ledger = new FakeLedger();
        Claim claim =
                Claims.with(Claims.apply(tenant, "attack", true), inputs).with("worker-token");
        TemplateResult template = worker.module(module);
        RunTools tools =
                new RunTools(
                        new Ledger(ledger),
                        _ -> template,
                        worker.tofu(),
                        Deliveries.to(folder.resolve("deliveries"), upstreams()),
                        Deliveries.outcomes(folder.resolve("deliveries")),
                        Bindings.NONE,
                        config(silence),
                        Clock.systemUTC());
        return new Ended(CarriedOut.of(tools, claim), ledger.said);
    }

    private static RunnerConfig config(Duration silence) {
        return Settings.of(
                RunnerConfig.class,
                Map.of(
                        "leasehold.runner.heartbeat", "PT1S",
                        "leasehold.runner.silence", silence.toString(),
                        "leasehold.runner.grace", "PT1S"));
    }

    private HttpStateUpstreams upstreams() {
        return new HttpStateUpstreams(
                HttpClient.newHttpClient(),
                states.uri(),
                () -> "worker-token",
                Duration.ofSeconds(5));
    }

    @Override
    public void close() {
        states.close();
    }
}
