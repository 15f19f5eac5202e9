package io.leasehold.it;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.client.TenantPublisher;
import io.leasehold.embedded.Durability;
import io.leasehold.embedded.EmbeddedPostgres;
import io.leasehold.embedded.Ports;
import io.leasehold.embedded.PostgresOptions;
import io.leasehold.events.EventType;
import io.leasehold.events.tenant.BlueprintRef;
import io.leasehold.events.tenant.TenantSpec;
import io.leasehold.it.lease.HeldApply;
import io.leasehold.it.lease.TestLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * The parts of a system, each of which a test may take away and bring back: a ledger with one state
 * service, a broker, a Postgres of the tenants', and provisioners as processes by their roles.
 */
public final class Site implements AutoCloseable {
    /** Longer than anything takes that goes well. */
    public static final Duration SOON = Duration.ofSeconds(60);

    /** What a provisioner does. */
    public enum Role {
        INTAKE,
        PUBLISHER,
        RUNNER
    }

    private final Path folder;
    private final List<String> serviceBy;
    private final int kafkaPort = Ports.free();
    private final Map<String, String> serviceSettings;
    private final EmbeddedPostgres tenants;
    private final String tenantsPassword = UUID.randomUUID().toString();
    private final List<JvmService> provisioners = new ArrayList<>();

    /** The ledger's database. */
    public final TestLedger ledger;

    /** What runs say to the tenants' Postgres. */
    public final Relay relay;

    /** Holds runs in their middle. */
    public final HeldApply held;

    private Broker kafka;
    private JvmService service;

    /** Starts ledger, broker and the tenants' Postgres. */
    public Site(Path folder, Map<String, String> ofStateService) throws Exception {
        this(folder, List.of(), _ -> ofStateService);
    }

    /**
     * The same with a state service by another program, see {@link JvmService#launchBy}.
     *
     * @param ofStateService its settings, beside those or in the place of those that every one has
     */
    public Site(
            Path folder,
            List<String> serviceBy,
            Function<TestLedger, Map<String, String>> ofStateService)
            throws Exception {
        this.folder = folder;
        this.serviceBy = serviceBy;
        kafka = startKafka();
        Path platform = Files.createDirectories(folder.resolve("platform"));
        ledger = new TestLedger(platform);
        serviceSettings = new HashMap<>(ofStateService.apply(ledger));
        serviceSettings.put(JvmService.PORT, Integer.toString(Ports.free()));
        service = ledger.serveBy(serviceBy, 1, serviceSettings).getLast();
        tenants =
                EmbeddedPostgres.start(
                        new PostgresOptions(
                                folder.resolve("tenants"),
                                folder.resolve("tenants.log"),
                                Ports.free(),
                                tenantsPassword,
                                Durability.FAST,
                                PostgresOptions.ALL_WITH_PASSWORD));
        relay = Relay.to(tenants.port(), _ -> {});
        held = new HeldApply(() -> tenants.connect("postgres"));
        ledger.register(HeldApply.blueprint(folder));
        kafka.awaitReady();
    }

    // ── what may be away ────────────────────────────────────────────────────────────────────────

    public JvmService service() {
        return service;
    }

    public void killService() {
        service.close();
    }

    public void startServiceAgain() throws Exception {
        startServiceAgain(Map.of());
    }

    /** From now on with these settings, too. */
    public void startServiceAgain(Map<String, String> more) throws Exception {
        serviceSettings.putAll(more);
        service = ledger.serveBy(serviceBy, 1, serviceSettings).getLast();
    }

    public String bootstrap() {
        return "127.0.0.1:" + kafkaPort;
    }

    private Broker startKafka() throws IOException {
        return Broker.launch(folder.resolve("kafka"), kafkaPort);
    }

    public void stopBroker() {
        kafka.close();
    }

    public void startBrokerAgain() throws Exception {
        kafka = startKafka().awaitReady();
    }

    /** Sends the broker a signal, such as STOP. */
    public void signalBroker(String name) throws Exception {
        kafka.signal(name);
    }

    // ── provisioners ────────────────────────────────────────────────────────────────────────────

    /** Starts one and waits until it is ready. */
    public JvmService provisioner(String name, Set<Role> roles, Map<String, String> more)
            throws Exception {
        return provisionerBy(List.of(), name, roles, more);
    }

    /** The same by another program, see {@link JvmService#launchBy}. */
    public JvmService provisionerBy(
            List<String> by, String name, Set<Role> roles, Map<String, String> more)
            throws Exception {
        JvmService started =
                JvmService.launchBy(
                        by, "provisioner", folder.resolve(name), settings(name, roles, more));
        provisioners.add(started);
        return started.awaitReady();
    }

    private Map<String, String> settings(String name, Set<Role> roles, Map<String, String> more)
            throws Exception {
        Path work = Files.createDirectories(folder.resolve(name));
        Path token = Files.writeString(work.resolve("token"), TestLedger.token("provisioner"));
        Path bindings = HeldApply.bindings(work, relay.port(), tenantsPassword);
        Map<String, String> settings = TestLedger.tools();
        settings.put("LEASEHOLD_PROVISIONER_NAME", name);
        settings.put("LEASEHOLD_LEDGER_URL", service.url());
        settings.put("LEASEHOLD_LEDGER_TOKEN_FILE", token.toString());
        for (Role role : EnumSet.allOf(Role.class)) {
            settings.put("LEASEHOLD_" + role + "_ENABLED", Boolean.toString(roles.contains(role)));
        }
        if (roles.contains(Role.INTAKE) || roles.contains(Role.PUBLISHER)) {
            settings.put("KAFKA_BOOTSTRAP_SERVERS", bootstrap());
            settings.put("LEASEHOLD_KAFKA_CREATE_TOPICS", "true");
        }
        settings.put("LEASEHOLD_RUNNER_SLOTS", "1");
        settings.put("LEASEHOLD_RUNNER_HEARTBEAT", "PT0.5S");
        settings.put("LEASEHOLD_RUNNER_BINDINGS", bindings.toString());
        settings.put("LEASEHOLD_SPOOL_DIRECTORY", work.resolve("spool").toString());
        settings.put("LEASEHOLD_MODULE_TEMPLATES", work.resolve("templates").toString());
        settings.put("LEASEHOLD_SANDBOX_DIRECTORY", work.resolve("runs").toString());
        settings.putAll(more);
        return settings;
    }

    /** Has the tenants' Postgres do that, by its superuser and behind everybody's back. */
    public void inTenantsPostgres(String statement) {
        tenants.execute("postgres", statement);
    }

    /** What that superuser logs in with. */
    public String tenantsPassword() {
        return tenantsPassword;
    }

    // ── what happens ────────────────────────────────────────────────────────────────────────────

    /** Publishes a tenant of the blueprint whose applies can be held, as upstream would. */
    public void publish(String tenant, long generation) throws Exception {
        publish(HeldApply.BLUEPRINT, tenant, generation);
    }

    public void publish(String blueprint, String tenant, long generation) throws Exception {
        publish(blueprint, tenant, generation, JsonNodeFactory.instance.objectNode());
    }

    public void publish(String blueprint, String tenant, long generation, ObjectNode variables)
            throws Exception {
        try (TenantPublisher publisher =
                TenantPublisher.connect(
                        Map.of("bootstrap.servers", bootstrap()),
                        "https://upstream.example/test")) {
            publisher.publish(
                    generation == 1 ? EventType.TENANT_CREATED : EventType.TENANT_UPDATED,
                    TenantSpec.active(
                            tenant,
                            1,
                            generation,
                            new BlueprintRef(blueprint, "1.0.0"),
                            variables));
        }
    }

    /** Waits until the tenant's events became these, oldest first. */
    public void awaitEvents(String tenant, String... dispositions) throws Exception {
        eventually(
                SOON,
                () ->
                        assertThat(
                                        ledger.column(
                                                "select disposition from tenant_event"
                                                        + " where tenant_id = '%s' order by id"
                                                                .formatted(tenant)))
                                .as(this::said)
                                .containsExactly(dispositions));
    }

    /** What every provisioner said last. */
    public String said() {
        StringBuilder all = new StringBuilder();
        for (JvmService one : provisioners) {
            List<String> lines =
                    one.log().lines().filter(line -> line.contains("[io.le.")).toList();
            all.append('\n')
                    .append(
                            String.join(
                                    "\n",
                                    lines.subList(Math.max(0, lines.size() - 30), lines.size())));
        }
        return all.toString();
    }

    @Override
    public void close() throws IOException, SQLException {
        held.close();
        provisioners.forEach(JvmService::close);
        relay.close();
        ledger.close();
        kafka.close();
        tenants.close();
    }
}
