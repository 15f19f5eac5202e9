package io.leasehold.provisioner.tofu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.provisioner.door.DoorRule;
import io.leasehold.provisioner.door.Service;
import io.leasehold.provisioner.sandbox.Layout;
import io.leasehold.provisioner.sandbox.RunSpec;
import io.leasehold.provisioner.sandbox.Sandbox;
import io.leasehold.provisioner.sandbox.SandboxConfig;
import io.leasehold.provisioner.sandbox.SandboxedRun;
import io.leasehold.provisioner.stateproxy.StateDeliveries;
import io.leasehold.provisioner.stateproxy.StateProxy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Executes tofu: puts the sandbox, the state proxy and the stream together. Shared; any thread. */
@Singleton
public final class SandboxedTofu implements TofuRunner {

    private static final Logger LOGGER = Logger.getLogger(SandboxedTofu.class);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final TofuConfig config;
    private final SandboxConfig sandboxConfig;
    private final Sandbox sandbox;
    private final TofuTools tools;
    private final StateDeliveries states;
    private final Clock clock;

    /** With its parts. */
    @Inject
    public SandboxedTofu(
            TofuConfig config,
            SandboxConfig sandboxConfig,
            Sandbox sandbox,
            TofuTools tools,
            StateDeliveries states,
            Clock clock) {
        this.config = config;
        this.sandboxConfig = sandboxConfig;
        this.sandbox = sandbox;
        this.tools = tools;
        this.states = states;
        this.clock = clock;
    }

    @Override
    public TofuHandle start(TofuRequest request, TofuListener listener)
            throws InterruptedException {
        boolean shows = request.command() instanceof TofuCommand.ShowPlan;
        Masker masker = masker(request);
        StateProxy proxy =
                states.proxy(
                        request.runId(),
                        request.state(),
                        state -> learn(masker, StateSecrets.in(state), request.runId()));
        StreamCollector stream =
                new StreamCollector(masker, listener, clock, config.logLines(), shows);
        RunSpec spec = spec(request, proxy, shows);
        SandboxedRun run = sandbox.start(spec, new Sandbox.Output(stream::stdout, stream::stderr));
        return new TofuExecution(request, run, proxy, stream);
    }

    @Override
    public String tofuVersion() {
        try {
            return tools.tofuVersion();
        } catch (IOException e) {
            LOGGER.warnf("tofu does not say its version reason=%s", e.getMessage());
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while tofu said its version", e);
        }
    }

    private RunSpec spec(TofuRequest request, StateProxy proxy, boolean shows) {
        Layout at = sandbox.layout();
        int port = sandboxConfig.servicePort();
        // What only renders a plan gets neither a way out nor anything secret.
        List<DoorRule> doors = shows ? List.of() : request.doors();
        Map<String, String> env =
                shows
                        ? TofuLine.platformEnv(config, at, port)
                        : TofuLine.env(config, at, port, request.inputs());
        @Nullable Service service = shows ? null : service(proxy, env);
        return new RunSpec(
                request.runId(),
                request.state().stack().tenantId(),
                TofuLine.program(TofuLine.argv(config, at, request.command()), env),
                TofuLine.files(config, at, request, inputs(request)),
                new RunSpec.Network(doors, service, request.held()),
                new RunSpec.Limits(request.limits().wallClock(), request.limits().idle()),
                new RunSpec.Stop(request.limits().grace(), proxy::writesUnderWay));
    }

    /** Where others of the machine reach it too, it answers only to whom was told the password. */
    private Service service(StateProxy proxy, Map<String, String> env) {
        if (!sandbox.tier().sharesLoopback()) {
            return proxy;
        }
        String password = UUID.randomUUID().toString();
        env.put("TF_HTTP_USERNAME", "run");
        env.put("TF_HTTP_PASSWORD", password);
        return proxy.answeringTo("run", password);
    }

    private static byte[] inputs(TofuRequest request) {
        try {
            return JSON.writeValueAsBytes(request.inputs().variables());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree can be written", e);
        }
    }

    private static void learn(Masker masker, Collection<Secret> secrets, String runId) {
        if (!masker.learn(secrets)) {
            LOGGER.warnf("a run has more secrets than are masked runId=%s", runId);
        }
    }

    private static Masker masker(TofuRequest request) {
        List<Secret> secrets = new ArrayList<>(request.inputs().secretEnv().values());
        secrets.addAll(request.inputs().masked());
        Masker masker = new Masker();
        learn(masker, secrets, request.runId());
        return masker;
    }
}
