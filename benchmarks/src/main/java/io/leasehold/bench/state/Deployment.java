package io.leasehold.bench.state;

import io.leasehold.bench.Processes;
import io.leasehold.embedded.Durability;
import io.leasehold.embedded.EmbeddedPostgres;
import io.leasehold.embedded.LocalFiles;
import io.leasehold.embedded.Ports;
import io.leasehold.embedded.PostgresOptions;
import io.leasehold.embedded.platform.AccessLine;
import io.leasehold.embedded.platform.ServiceProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The packaged state service and its database, each a process, as {@code ./leasehold up} starts
 * them: every commit is on the disk before it is answered. Used by one thread.
 */
final class Deployment implements AutoCloseable {
    private static final String DATABASE = "leasehold";
    private static final String PASSWORD = "password";

    private final EmbeddedPostgres postgres;
    private final Process service;
    private final int port;

    private Deployment(EmbeddedPostgres postgres, Process service, int port) {
        this.postgres = postgres;
        this.service = service;
        this.port = port;
    }

    /** Who calls, each with a token of its own. */
    enum Caller {
        OPERATOR("operator", ""),
        STATE("state", " state=*/*/*"),
        WORKER("worker", ""),
        INTAKE("intake", "");

        private final String role;
        private final String limit;

        Caller(String role, String limit) {
            this.role = role;
            this.limit = limit;
        }

        /** What it sends. */
        String token() {
            return "bench-token-of-the-" + role;
        }

        private String line() {
            return AccessLine.of(role, "bench-" + role, token(), limit);
        }
    }

    /** Starts both in an empty folder; returns when the service is ready. */
    static Deployment start(Path folder, Path jar, List<String> jvm) {
        EmbeddedPostgres postgres =
                EmbeddedPostgres.start(
                        new PostgresOptions(
                                folder.resolve("postgres"),
                                folder.resolve("postgres.log"),
                                0,
                                PASSWORD,
                                Durability.DURABLE,
                                PostgresOptions.ALL_WITH_PASSWORD));
        try {
            postgres.createDatabase(DATABASE, EmbeddedPostgres.SUPERUSER);
            int port = Ports.free();
            ServiceProcess.Plan plan =
                    new ServiceProcess.Plan(
                            "state service",
                            jar,
                            Files.createDirectories(folder.resolve("service")),
                            folder.resolve("service.log"),
                            port,
                            jvm,
                            settings(folder, postgres),
                            Duration.ofSeconds(20));
            Process service = new ServiceProcess(plan, HttpClient.newHttpClient()).launch();
            return new Deployment(postgres, service, port);
        } catch (IOException e) {
            postgres.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            postgres.close();
            throw e;
        }
    }

    private static Map<String, String> settings(Path folder, EmbeddedPostgres postgres) {
        StringBuilder tokens = new StringBuilder();
        for (Caller caller : Caller.values()) {
            tokens.append(caller.line());
        }
        Path file = folder.resolve("access.tokens");
        LocalFiles.writePrivate(file, tokens.toString());
        Path key = folder.resolve("sealing.key");
        LocalFiles.writePrivate(key, Base64.getEncoder().encodeToString(new byte[32]));
        return Map.of(
                "leasehold.database.url",
                postgres.reactiveUrl(DATABASE),
                "leasehold.database.username",
                EmbeddedPostgres.SUPERUSER,
                "leasehold.database.password",
                PASSWORD,
                "leasehold.access.tokens-file",
                file.toString(),
                "leasehold.sealing.keyset-file",
                key.toString());
    }

    /** Where the service listens on 127.0.0.1. */
    int port() {
        return port;
    }

    /** A connection of that caller. */
    Wire connect(Caller caller) {
        return Wire.connect(port, caller.token());
    }

    /** What the database's own housekeeping would have done after a while. */
    void analyze() {
        postgres.execute(DATABASE, "vacuum analyze");
    }

    /** What each process has used so far, in milliseconds, user and system. */
    Map<String, Long> cpuMillis() {
        Processes now = Processes.look();
        Map<String, Long> used = new LinkedHashMap<>();
        used.put("service", now.own(service.pid()));
        used.put("postgres", now.tree(postgres.process().pid()));
        used.put("clients", now.own(ProcessHandle.current().pid()));
        return used;
    }

    @Override
    public void close() {
        service.destroy();
        service.onExit().join();
        postgres.close();
    }
}
