package io.leasehold.it.lease;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.embedded.Durability;
import io.leasehold.embedded.EmbeddedPostgres;
import io.leasehold.embedded.Ports;
import io.leasehold.embedded.PostgresOptions;
import io.leasehold.embedded.platform.AccessLine;
import io.leasehold.events.tenant.SpecHash;
import io.leasehold.it.JvmService;
import io.leasehold.it.Signals;
import io.leasehold.ledger.api.BlueprintFolder;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.ledger.api.Judgement;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.ledger.api.SourcePosition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A database of its own, which can be killed and put back, and state services on it as processes of
 * their own. For one test.
 */
public final class TestLedger implements AutoCloseable {
    private static final List<String> ROLES =
            List.of("worker", "intake", "publisher", "operator", "viewer");

    private final Path folder;
    private final int port = Ports.free();
    private final String password = UUID.randomUUID().toString();
    private final List<JvmService> services = new ArrayList<>();
    private final Questions questions = new Questions(this::connect);
    private EmbeddedPostgres postgres;
    private long offset;

    public TestLedger(Path folder) throws Exception {
        this.folder = folder;
        StringBuilder tokens = new StringBuilder();
        for (String role : ROLES) {
            tokens.append(AccessLine.of(role, "the-" + role, token(role)));
        }
        for (String role : ROLES.subList(0, 3)) {
            tokens.append(AccessLine.of(role, "the-provisioner", token("provisioner")));
        }
        Files.writeString(folder.resolve("tokens"), tokens);
        Files.writeString(folder.resolve("key"), Base64.getEncoder().encodeToString(new byte[32]));
        postgres = start(data(), port);
    }

    public static String token(String role) {
        return role + "-token";
    }

    // ── the database ────────────────────────────────────────────────────────────────────────────

    private Path data() {
        return folder.resolve("data");
    }

    private EmbeddedPostgres start(Path data, int atPort) {
        return EmbeddedPostgres.start(
                new PostgresOptions(
                        data,
                        folder.resolve("postgres.log"),
                        atPort,
                        password,
                        Durability.FAST,
                        PostgresOptions.ALL_WITH_PASSWORD));
    }

    public void killDatabase() {
        postgres.kill();
    }

    public void startDatabase() {
        postgres = start(data(), port);
    }

    /** Stops the server and whoever serves a client where they are, or lets them go on. */
    public void signalDatabase(String name) throws Exception {
        ProcessHandle server = postgres.process().toHandle();
        if (name.equals("CONT")) {
            // The server last: it ends some of those that serve as soon as it goes on.
            Signals.sendToWhoIsThere(name, serving(server));
            Signals.send(name, List.of(server.pid()));
        } else {
            // The server first: none is begun then that is not seen.
            Signals.send(name, List.of(server.pid()));
            Signals.sendToWhoIsThere(name, serving(server));
        }
    }

    private static List<Long> serving(ProcessHandle server) {
        return server.descendants().map(ProcessHandle::pid).toList();
    }

    /** As an operator does whose Postgres gave up on a full disk. */
    public void startDatabaseUnlessItRuns() {
        if (!postgres.process().isAlive()) {
            startDatabase();
        }
    }

    /** Changes the database while no service can see it, as if time had passed or memory gone. */
    public void whileAway(String... statements) {
        try (EmbeddedPostgres aside = start(data(), Ports.free())) {
            aside.execute("postgres", statements);
        }
    }

    /** Keeps the database as it is now; it is away for that moment. */
    void snapshot() throws Exception {
        postgres.close();
        run("cp", "-a", data().toString(), folder.resolve("snapshot").toString());
        startDatabase();
    }

    /** Puts the database back to what was kept; to be started then. */
    void putBack() throws Exception {
        run("rm", "-rf", data().toString());
        run("mv", folder.resolve("snapshot").toString(), data().toString());
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).start().waitFor()).as(command[0]).isZero();
    }

    public int port() {
        return port;
    }

    public String password() {
        return password;
    }

    /** Changes the database while the services go on. */
    public void execute(String... statements) {
        postgres.execute("postgres", statements);
    }

    public Connection connect() throws SQLException {
        return postgres.connect("postgres");
    }

    /** The first column of all rows, as text. */
    public List<String> column(String sql) throws SQLException {
        return questions.column(sql);
    }

    public String lineage(String tenant) throws SQLException {
        return column("select lineage from state_version where tenant_id = '%s'".formatted(tenant))
                .getFirst();
    }

    // ── the services ────────────────────────────────────────────────────────────────────────────

    /**
     * Starts so many state services on the database, side by side; those that run are given too.
     */
    public List<JvmService> serve(int replicas, Map<String, String> settings) throws Exception {
        return serveBy(List.of(), replicas, settings);
    }

    /** The same by another program, see {@link JvmService#launchBy}. */
    public List<JvmService> serveBy(List<String> by, int replicas, Map<String, String> settings)
            throws Exception {
        services.removeIf(service -> !service.isAlive());
        for (int i = 0; i < replicas; i++) {
            Map<String, String> all = new HashMap<>();
            all.put("LEASEHOLD_DATABASE_URL", "postgresql://127.0.0.1:" + port + "/postgres");
            all.put("LEASEHOLD_DATABASE_USERNAME", EmbeddedPostgres.SUPERUSER);
            all.put("LEASEHOLD_DATABASE_PASSWORD", password);
            all.put("LEASEHOLD_ACCESS_TOKENS_FILE", folder.resolve("tokens").toString());
            all.put("LEASEHOLD_SEALING_KEYSET_FILE", folder.resolve("key").toString());
            all.putAll(settings);
            services.add(
                    JvmService.launchBy(by, "state-service", folder.resolve("replica-" + i), all));
        }
        for (JvmService service : services) {
            service.awaitReady();
        }
        return services;
    }

    /** What a provisioner must be told of this machine, as settings to add others to. */
    public static Map<String, String> tools() {
        return new HashMap<>(
                Map.of(
                        "LEASEHOLD_TOFU_BINARY", tool("LEASEHOLD_TOFU"),
                        "LEASEHOLD_TOFU_PROVIDERS", tool("LEASEHOLD_PROVIDERS"),
                        "LEASEHOLD_SANDBOX_DOOR_BINARY", tool("LEASEHOLD_DOOR")));
    }

    private static String tool(String variable) {
        return Objects.requireNonNull(System.getenv(variable), variable + " is not set");
    }

    /** Registers a blueprint and its modules from a folder. */
    public void register(Path blueprints) throws IOException {
        BlueprintFolder in = new BlueprintFolder(blueprints);
        for (Path file : in.blueprints()) {
            Wire.Reply reply =
                    at(services.getFirst(), "operator")
                            .send("POST", Paths.BLUEPRINTS, in.registration(file));
            assertThat(reply.status()).as(reply.body().toString()).isEqualTo(201);
        }
    }

    /** Registers {@code plain}: one stack of a module that makes nothing. */
    public void registerPlain() throws IOException {
        Path blueprints = folder.resolve("plain");
        Files.createDirectories(blueprints.resolve("blueprints/plain"));
        Files.createDirectories(blueprints.resolve("modules/plain"));
        Files.writeString(
                blueprints.resolve("blueprints/plain/1.0.0.yaml"),
                """
                apiVersion: leasehold.io/v1
                kind: Blueprint
                name: plain
                version: 1.0.0
                variables: { type: object, additionalProperties: false }
                stacks:
                  main:
                    module: { dir: modules/plain }
                    policy: { deletion: Delete, approval: auto, drift: "off" }
                    timeout: PT10M
                """);
        Files.writeString(blueprints.resolve("modules/plain/main.tf"), "# nothing\n");
        register(blueprints);
    }

    public static Wire at(JvmService service, String role) {
        return new Wire(service.url(), token(role));
    }

    /** What intake hands in of tenants that are to be made. */
    public IntakeRequest wanting(String blueprint, String... tenants) {
        return new IntakeRequest(
                Stream.of(tenants)
                        .map(tenant -> item(blueprint, "1.0.0", tenant, 1, Map.of()))
                        .toList());
    }

    /** The same of a tenant that is wanted again, with nothing changed but its generation. */
    public IntakeRequest wantingAgain(String blueprint, String tenant, long generation) {
        return wanting(blueprint, tenant, generation, Map.of());
    }

    /** What intake hands in of a tenant at a generation, with variables of its own. */
    public IntakeRequest wanting(
            String blueprint, String tenant, long generation, Map<String, Integer> variables) {
        return wanting(blueprint, "1.0.0", tenant, generation, variables);
    }

    /** The same by another version of the blueprint. */
    IntakeRequest wanting(
            String blueprint,
            String version,
            String tenant,
            long generation,
            Map<String, Integer> variables) {
        return new IntakeRequest(List.of(item(blueprint, version, tenant, generation, variables)));
    }

    /** What intake hands in of a tenant that is to go. */
    IntakeRequest deleting(String tenant, long generation) {
        return new IntakeRequest(
                List.of(item("deleted", tenant, data(tenant, generation, "deleted"))));
    }

    private IntakeRequest.Item item(
            String blueprint,
            String version,
            String tenant,
            long generation,
            Map<String, Integer> variables) {
        ObjectNode data = data(tenant, generation, "active");
        data.putObject("blueprint").put("name", blueprint).put("version", version);
        ObjectNode given = data.putObject("variables");
        variables.forEach(given::put);
        return item(generation == 1 ? "created" : "updated", tenant, data);
    }

    private static ObjectNode data(String tenant, long generation, String lifecycle) {
        return Wire.JSON
                .createObjectNode()
                .put("tenantId", tenant)
                .put("generation", generation)
                .put("lifecycle", lifecycle);
    }

    private IntakeRequest.Item item(String what, String tenant, ObjectNode data) {
        return new IntakeRequest.Item(
                new RawRecord(
                        new SourcePosition("tenants", 0, offset++),
                        1_700_000_000_000L,
                        tenant.getBytes(UTF_8),
                        data.toString().getBytes(UTF_8),
                        List.of()),
                new Judgement.WellFormed(
                        UUID.randomUUID().toString(),
                        "io.leasehold.tenant." + what + ".v1",
                        "//upstream",
                        null,
                        data,
                        SpecHash.of(data)));
    }

    @Override
    public void close() {
        services.forEach(JvmService::close);
        // Which ends the connection that questions are asked over.
        postgres.close();
    }
}
