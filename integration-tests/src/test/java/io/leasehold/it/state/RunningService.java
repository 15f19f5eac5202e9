package io.leasehold.it.state;

import io.leasehold.embedded.Durability;
import io.leasehold.embedded.EmbeddedPostgres;
import io.leasehold.embedded.LocalFiles;
import io.leasehold.embedded.Ports;
import io.leasehold.embedded.PostgresOptions;
import io.leasehold.embedded.platform.AccessLine;
import io.leasehold.embedded.platform.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The packaged state service and its database, each a process that can be killed and started. */
final class RunningService implements AutoCloseable {
    /** What its operator sends. */
    static final String TOKEN = "operator-token";

    /** And its worker, and its intake. */
    static final String WORKER_TOKEN = "worker-token";

    static final String INTAKE_TOKEN = "intake-token";

    private static final String DATABASE = "leasehold";

    private final PostgresOptions database;
    private final ServiceProcess service;
    private final int port;
    private final Path log;
    private EmbeddedPostgres postgres;
    private Process process;

    private RunningService(PostgresOptions database, ServiceProcess service, int port, Path log) {
        this.database = database;
        this.service = service;
        this.port = port;
        this.log = log;
        this.postgres = EmbeddedPostgres.start(database);
        postgres.createDatabase(DATABASE, EmbeddedPostgres.SUPERUSER);
        this.process = service.launch();
    }

    /** Starts both in an empty folder; returns when the service is ready. */
    static RunningService start(Path folder, List<String> jvm, Map<String, String> more)
            throws IOException {
        PostgresOptions database =
                new PostgresOptions(
                        folder.resolve("postgres"),
                        folder.resolve("postgres.log"),
                        Ports.free(),
                        "password",
                        Durability.DURABLE,
                        PostgresOptions.ALL_WITH_PASSWORD);
        Path log = folder.resolve("service.log");
        int port = Ports.free();
        ServiceProcess.Plan plan =
                new ServiceProcess.Plan(
                        "state service",
                        Path.of(System.getProperty("leasehold.home"))
                                .resolve("state-service/target/quarkus-app/quarkus-run.jar"),
                        Files.createDirectories(folder.resolve("service")),
                        log,
                        port,
                        jvm,
                        settings(folder, database.port(), more),
                        Duration.ofSeconds(20));
        return new RunningService(
                database, new ServiceProcess(plan, HttpClient.newHttpClient()), port, log);
    }

    private static Map<String, String> settings(Path folder, int database, Map<String, String> more)
            throws IOException {
        Path tokens = folder.resolve("tokens");
        Files.writeString(
                tokens,
                Stream.of(TOKEN, WORKER_TOKEN, INTAKE_TOKEN)
                        .map(RunningService::line)
                        .collect(Collectors.joining()));
        Path key = folder.resolve("key");
        Files.writeString(key, Base64.getEncoder().encodeToString(new byte[32]));
        Map<String, String> settings = new HashMap<>(more);
        settings.put(
                "leasehold.database.url",
                "postgresql://127.0.0.1:%d/%s".formatted(database, DATABASE));
        settings.put("leasehold.database.username", EmbeddedPostgres.SUPERUSER);
        settings.put("leasehold.database.password", "password");
        settings.put("leasehold.access.tokens-file", tokens.toString());
        settings.put("leasehold.sealing.keyset-file", key.toString());
        return settings;
    }

    /** Each token is named by its role. */
    private static String line(String token) {
        return AccessLine.of(token.substring(0, token.indexOf('-')), "me", token);
    }

    URI base() {
        return URI.create("http://127.0.0.1:" + port);
    }

    Process process() {
        return process;
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** SIGKILL to the service, and a new one. */
    void killAndStartService() {
        process.destroyForcibly();
        process.onExit().join();
        process = service.launch();
    }

    /** SIGKILL to every process of the database at once, and a new one on the same files. */
    void killAndStartPostgres() {
        List<ProcessHandle> backends = postgres.process().descendants().toList();
        postgres.process().destroyForcibly();
        backends.forEach(ProcessHandle::destroyForcibly);
        postgres.kill();
        postgres = EmbeddedPostgres.start(database);
    }

    /**
     * Copies the database's files while it is down, as after a power cut: what a snapshot of its
     * disk would hold.
     */
    void backUpTo(Path folder) {
        postgres.kill();
        LocalFiles.copyTree(database.dataDirectory(), folder);
        postgres = EmbeddedPostgres.start(database);
    }

    /** The database is gone for good, all its files with it. */
    void destroyPostgres() {
        postgres.closeAndDelete();
    }

    /** A database from the copied files. */
    void restoreFrom(Path folder) {
        LocalFiles.copyTree(folder, database.dataDirectory());
        postgres = EmbeddedPostgres.start(database);
    }

    /** Statements as its owner. */
    void execute(String sql) {
        postgres.execute(DATABASE, sql);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
        postgres.close();
    }
}
