package io.leasehold.it.system;

import static io.leasehold.testsupport.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.embedded.ChildProcesses;
import io.leasehold.embedded.Ports;
import io.leasehold.testsupport.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** The state service alone, as its built program, with operators by name. */
final class StateServiceProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);
    private static final Path JAR =
            Path.of(System.getProperty("leasehold.home"))
                    .resolve("state-service/target/quarkus-app/quarkus-run.jar");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final String url;

    private StateServiceProcess(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /** Starts it on an empty database; an operator's token is the name with {@code -token}. */
    static StateServiceProcess start(
            Path folder, TestPostgres.Database database, List<String> operators) throws Exception {
        Path tokens = folder.resolve("tokens");
        for (String operator : operators) {
            Files.writeString(
                    tokens,
                    "operator %s %s%n".formatted(operator, sha256(operator + "-token")),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
        Path key = folder.resolve("key");
        Files.writeString(key, Base64.getEncoder().encodeToString(new byte[32]));
        int port = Ports.free();
        Path log = folder.resolve("state-service.log");
        Process process =
                ChildProcesses.start(
                        new ChildProcesses.Command(
                                List.of(),
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-XX:+UseSerialGC",
                                        "-XX:TieredStopAtLevel=1",
                                        "-jar",
                                        JAR.toString()),
                                Map.of(
                                        "PATH", System.getenv("PATH"),
                                        "QUARKUS_HTTP_PORT", Integer.toString(port),
                                        "LEASEHOLD_DATABASE_URL", database.reactiveUrl(),
                                        "LEASEHOLD_DATABASE_USERNAME", database.username(),
                                        "LEASEHOLD_DATABASE_PASSWORD", database.password(),
                                        "LEASEHOLD_ACCESS_TOKENS_FILE", tokens.toString(),
                                        "LEASEHOLD_SEALING_KEYSET_FILE", key.toString()),
                                folder,
                                log,
                                ChildProcesses.OnParentDeath.KILL));
        StateServiceProcess service = new StateServiceProcess(process, "http://127.0.0.1:" + port);
        service.awaitReady(log);
        return service;
    }

    private void awaitReady(Path log) throws Exception {
        eventually(
                START,
                () -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException("it ended:\n" + Files.readString(log));
                    }
                    assertThat(health()).as(Files.readString(log)).isEqualTo(200);
                });
    }

    private int health() throws InterruptedException {
        try {
            return http.send(
                            HttpRequest.newBuilder(URI.create(url + "/q/health/ready")).build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException notYet) {
            return 0;
        }
    }

    /** Where it is, for a command of that operator's. */
    Map<String, String> environmentOf(String operator) {
        return Map.of("LEASEHOLD_URL", url, "LEASEHOLD_TOKEN", operator + "-token");
    }

    private static String sha256(String token) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
