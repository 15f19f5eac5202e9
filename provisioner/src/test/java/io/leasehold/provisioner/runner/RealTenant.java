package io.leasehold.provisioner.runner;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.leasehold.ledger.api.Claim;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.module.Template;
import io.leasehold.provisioner.module.TemplateResult;
import io.leasehold.provisioner.stateproxy.HttpStateUpstreams;
import io.leasehold.provisioner.workshop.Settings;
import io.leasehold.provisioner.workshop.StateServer;
import io.leasehold.provisioner.workshop.Worker;
import io.leasehold.testsupport.TestPostgres;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A tenant whose runs are carried out by the real tofu in its sandbox, with the module of a
 * tenant's database and a real Postgres to make it in.
 */
final class RealTenant implements AutoCloseable {
    private static final Path MODULE =
            Path.of(System.getProperty("leasehold.home", ".."))
                    .resolve("terraform-modules/modules/tenant-database");
    private static final String HOST = "postgres.tenants.internal";
    private static final String STACK = "database";
    private static final String EMPTY =
            """
            {"version":4,"terraform_version":"1.12.6","serial":1,\
            "lineage":"4b7dd0fa-0e4c-4bd6-a1f5-5bd1b8f2a1d7","outputs":{},"resources":[]}
            """;

    private final String id = "t" + UUID.randomUUID().toString().substring(0, 8);
    private final TestPostgres.Database postgres = TestPostgres.freshDatabase();
    private final Path folder;
    private final StateServer states;
    private final Worker worker;

    /** Its state is empty. */
    RealTenant(Path folder) throws IOException {
        this.folder = folder;
        states = new StateServer();
        worker = new Worker(folder, states.uri());
        states.seed(path(), EMPTY);
    }

    String id() {
        return id;
    }

    /** The name of its role and of its database. */
    String name() {
        return "tenant_" + id;
    }

    StateServer states() {
        return states;
    }

    String state() {
        return states.state(path()).orElseThrow();
    }

    /** Whether its state says nothing of anything. */
    boolean stateIsEmpty() {
        return state().equals(EMPTY);
    }

    private String path() {
        return "/state/%s/1/%s".formatted(id, STACK);
    }

    /** Roles and databases of the tenant. */
    long things() throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                """
                                select (select count(*) from pg_roles where rolname = '%1$s')
                                    + (select count(*) from pg_database where datname = '%1$s')
                                """
                                        .formatted(name()))) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** How a run of its one stack ends. */
    RunEnding run(Claim of) throws Exception {
        Claim claim = of.with("worker-token");
        Template template = worker.template(module());
        Ledger ledger = new Ledger(new FakeLedger());
        RunnerConfig config =
                Settings.of(
                        RunnerConfig.class,
                        Map.of(
                                "leasehold.runner.heartbeat", "PT1S",
                                "leasehold.runner.silence", "PT1M",
                                "leasehold.runner.grace", "PT10S"));
        RunTools tools =
                new RunTools(
                        ledger,
                        _ -> new TemplateResult.Ready(template),
                        worker.tofu(),
                        Deliveries.to(folder.resolve("deliveries"), upstreams()),
                        Deliveries.outcomes(folder.resolve("deliveries")),
                        bindings(),
                        config,
                        Clock.systemUTC());
        return CarriedOut.of(tools, claim);
    }

    private HttpStateUpstreams upstreams() {
        return new HttpStateUpstreams(
                HttpClient.newHttpClient(),
                states.uri(),
                () -> "worker-token",
                Duration.ofSeconds(5));
    }

    private static Map<String, String> module() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(MODULE)) {
            for (Path file : all.filter(it -> it.toString().endsWith(".tf")).toList()) {
                files.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return files;
    }

    private Bindings bindings() throws IOException {
        Path password = Files.writeString(folder.resolve("password"), postgres.password());
        return new Bindings(
                List.of(
                        new Bindings.Binding(
                                null,
                                "*",
                                null,
                                null,
                                Map.of(
                                        "PGHOST",
                                        HOST,
                                        "PGPORT",
                                        "5432",
                                        "PGUSER",
                                        postgres.username(),
                                        "PGSSLMODE",
                                        "disable"),
                                Map.of("PGPASSWORD", password),
                                Map.of(
                                        "platform_postgres_host",
                                        JsonNodeFactory.instance.textNode(HOST)))),
                List.of(new Bindings.Door(HOST, 5432, "127.0.0.1:" + postgres.port(), null)));
    }

    @Override
    public void close() {
        states.close();
    }
}
