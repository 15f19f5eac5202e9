package io.leasehold.it;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.embedded.ChildProcesses;
import io.leasehold.embedded.Ports;
import io.leasehold.embedded.StartArchive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One of our services as its built program, a process of its own that ends with the test. */
public final class JvmService implements AutoCloseable {
    /** The setting of the port that it listens on. */
    public static final String PORT = "QUARKUS_HTTP_PORT";

    private static final Duration START = Duration.ofMinutes(3);
    private static final Path HOME = Path.of(System.getProperty("leasehold.home"));

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final Path log;
    private final String url;

    private JvmService(Process process, Path log, String url) {
        this.process = process;
        this.log = log;
        this.url = url;
    }

    /**
     * Starts it and does not wait.
     *
     * @param folder where it works and writes its log
     * @param settings as environment variables; {@link #PORT} takes a free one unless it is there
     */
    public static JvmService launch(String module, Path folder, Map<String, String> settings)
            throws IOException {
        return launch(module, folder, settings, List.of(), List.of());
    }

    /**
     * Starts it by another program and does not wait.
     *
     * @param by with its arguments; it becomes the command that follows them
     */
    public static JvmService launchBy(
            List<String> by, String module, Path folder, Map<String, String> settings)
            throws IOException {
        return launch(module, folder, settings, List.of(), by);
    }

    /**
     * Starts it so that it ends itself where a file says, and does not wait.
     *
     * @param armed see {@code Armed} of the module {@code faults}
     */
    public static JvmService launchArmed(
            String module, Path folder, Map<String, String> settings, Path armed)
            throws IOException {
        return launch(
                module,
                folder,
                settings,
                List.of("-javaagent:" + HOME.resolve("faults/target/faults.jar") + "=" + armed),
                List.of());
    }

    private static JvmService launch(
            String module,
            Path folder,
            Map<String, String> settings,
            List<String> more,
            List<String> prefix)
            throws IOException {
        Files.createDirectories(folder);
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("PATH", System.getenv("PATH"));
        String port = environment.computeIfAbsent(PORT, _ -> Integer.toString(Ports.free()));
        Path log = folder.resolve(module + ".log");
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow"));
        Path jar = HOME.resolve(module + "/target/quarkus-app/quarkus-run.jar");
        argv.addAll(StartArchive.of(jar).toStart());
        argv.addAll(more);
        argv.add("-jar");
        argv.add(jar.toString());
        Process process =
                ChildProcesses.start(
                        new ChildProcesses.Command(
                                prefix,
                                argv,
                                environment,
                                folder,
                                log,
                                ChildProcesses.OnParentDeath.KILL));
        return new JvmService(process, log, "http://127.0.0.1:" + port);
    }

    /** Returns when its health says that it is ready. */
    public JvmService awaitReady() throws Exception {
        eventually(
                START,
                () -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException("it ended:\n" + log());
                    }
                    assertThat(health()).as(this::log).isEqualTo(200);
                });
        return this;
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

    /** Whether it has ended, or does so within that time. */
    public boolean ends(Duration within) throws InterruptedException {
        return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    public String url() {
        return url;
    }

    /** What it has printed. */
    public String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Sends it a signal, such as STOP. */
    public void signal(String name) throws Exception {
        Signals.send(name, List.of(process.pid()));
    }

    /** Ends it as a crash would. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
