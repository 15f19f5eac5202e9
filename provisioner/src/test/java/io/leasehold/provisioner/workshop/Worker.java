package io.leasehold.provisioner.workshop;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.ledger.api.LogLine;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.provisioner.door.AddressPolicy;
import io.leasehold.provisioner.door.Connector;
import io.leasehold.provisioner.door.DoorRule;
import io.leasehold.provisioner.ledger.Patience;
import io.leasehold.provisioner.module.Blame;
import io.leasehold.provisioner.module.ModuleConfig;
import io.leasehold.provisioner.module.Template;
import io.leasehold.provisioner.module.TemplateResult;
import io.leasehold.provisioner.module.TemplateStore;
import io.leasehold.provisioner.sandbox.Sandbox;
import io.leasehold.provisioner.sandbox.SandboxConfig;
import io.leasehold.provisioner.sandbox.Sandboxes;
import io.leasehold.provisioner.stateproxy.FileSpool;
import io.leasehold.provisioner.stateproxy.HttpStateUpstreams;
import io.leasehold.provisioner.stateproxy.Spool;
import io.leasehold.provisioner.stateproxy.StateAccess;
import io.leasehold.provisioner.stateproxy.StateDeliveries;
import io.leasehold.provisioner.tofu.RunInputs;
import io.leasehold.provisioner.tofu.RunLimits;
import io.leasehold.provisioner.tofu.SandboxedTofu;
import io.leasehold.provisioner.tofu.TofuCommand;
import io.leasehold.provisioner.tofu.TofuConfig;
import io.leasehold.provisioner.tofu.TofuEvent;
import io.leasehold.provisioner.tofu.TofuListener;
import io.leasehold.provisioner.tofu.TofuRequest;
import io.leasehold.provisioner.tofu.TofuRunner;
import io.leasehold.provisioner.tofu.TofuTools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The parts of a worker that execute tofu, put together as its start does, over real tools. */
public final class Worker {

    private final Map<String, byte[]> archives = new ConcurrentHashMap<>();
    private final Sandbox sandbox;
    private final Spool spool;
    private final TofuRunner tofu;
    private final TemplateStore templates;
    private final List<String> log = new CopyOnWriteArrayList<>();

    /** Keeps its files below {@code directory} and states at {@code ledger}. */
    public Worker(Path directory, URI ledger) throws IOException {
        this(directory, ledger, Map.of());
    }

    /** With settings of its own, by their full names. */
    public Worker(Path directory, URI ledger, Map<String, String> settings) throws IOException {
        Map<String, String> all = new HashMap<>();
        all.put("leasehold.sandbox.door-binary", Tools.door().toString());
        all.put("leasehold.sandbox.directory", directory.resolve("sandbox").toString());
        all.put("leasehold.tofu.binary", Tools.tofu().toString());
        all.put("leasehold.tofu.providers", Tools.providers().toString());
        all.put("leasehold.module.templates", directory.resolve("templates").toString());
        all.putAll(settings);
        SandboxConfig sandboxConfig = mapping(SandboxConfig.class, "leasehold.sandbox.", all);
        TofuConfig tofuConfig = mapping(TofuConfig.class, "leasehold.tofu.", all);
        ModuleConfig moduleConfig = mapping(ModuleConfig.class, "leasehold.module.", all);
        Connector connector =
                new Connector(
                        new AddressPolicy(Set.of()),
                        InetAddress::getAllByName,
                        Duration.ofSeconds(3),
                        new Connector.Most(64, 8));
        sandbox = Sandboxes.of(sandboxConfig, connector);
        spool = new FileSpool(directory.resolve("spool"), directory.resolve("spool/spool.key"));
        TofuTools tools = new TofuTools(tofuConfig, sandboxConfig, sandbox);
        HttpClient http = HttpClient.newHttpClient();
        tofu =
                new SandboxedTofu(
                        tofuConfig,
                        sandboxConfig,
                        sandbox,
                        tools,
                        new StateDeliveries(
                                new HttpStateUpstreams(
                                        http, ledger, () -> "worker-token", Duration.ofSeconds(10)),
                                spool,
                                Clock.systemUTC(),
                                new Patience.Limits(3, Duration.ofMinutes(1))),
                        Clock.systemUTC());
        templates =
                new TemplateStore(
                        moduleConfig,
                        digest -> {
                            byte[] archive = archives.get(digest);
                            if (archive == null) {
                                throw new IOException("the ledger is away");
                            }
                            return archive;
                        },
                        tools);
    }

    private static <T> T mapping(Class<T> mapping, String prefix, Map<String, String> all) {
        Map<String, String> own = new HashMap<>(all);
        own.keySet().removeIf(name -> !name.startsWith(prefix));
        return Settings.of(mapping, own);
    }

    /** Makes an archive of the files and asks for its template. */
    public TemplateResult module(Map<String, String> files)
            throws IOException, InterruptedException {
        byte[] archive = Archives.of(files);
        String digest = Archives.digest(archive);
        archives.put(digest, archive);
        return templates.of(digest);
    }

    /** As {@link #module}, for one that must be ready. */
    public Template template(Map<String, String> files) throws IOException, InterruptedException {
        return switch (module(files)) {
            case TemplateResult.Ready(Template template) -> template;
            case TemplateResult.Refused(String code, String reason) ->
                    throw new AssertionError(code + " " + reason);
            case TemplateResult.Failed(Blame blame, String reason) ->
                    throw new AssertionError(blame + " " + reason);
        };
    }

    /** A request with roomy limits, no doors and no secrets. */
    public static TofuRequest request(
            String runId, TofuCommand command, Template template, StateAccess state) {
        return new TofuRequest(
                runId, command, template, inputs(), List.of(), state, limits(), () -> true);
    }

    /** No inputs. */
    public static RunInputs inputs() {
        return new RunInputs(variables(), Map.of(), Map.of(), Set.of());
    }

    /** An empty object to fill. */
    public static ObjectNode variables() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Two minutes for everything. */
    public static RunLimits limits() {
        Duration roomy = Duration.ofMinutes(2);
        return new RunLimits(roomy, roomy, Duration.ofSeconds(20));
    }

    /** With other inputs and doors. */
    public static TofuRequest with(TofuRequest request, RunInputs inputs, List<DoorRule> doors) {
        return new TofuRequest(
                request.runId(),
                request.command(),
                request.template(),
                inputs,
                doors,
                request.state(),
                request.limits(),
                request.held());
    }

    /** The stack the tests use. */
    public static StackRef stack() {
        return new StackRef("acme", 1, "database");
    }

    /** Where its state is at the service. */
    public static String statePath() {
        return "/state/acme/1/database";
    }

    /** Remembers every line, so that a failed assertion can show them. */
    public TofuListener listener() {
        return (TofuEvent _, LogLine line) -> log.add(line.type() + " " + line.text());
    }

    /** All lines so far. */
    public List<String> log() {
        return List.copyOf(log);
    }

    /** The sandbox. */
    public Sandbox sandbox() {
        return sandbox;
    }

    /** The spool. */
    public Spool spool() {
        return spool;
    }

    /** The runner. */
    public TofuRunner tofu() {
        return tofu;
    }

    /** The templates. */
    public TemplateStore templates() {
        return templates;
    }
}
