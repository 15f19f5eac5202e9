package io.leasehold.embedded.platform;

import io.leasehold.embedded.ChildProcesses;
import io.leasehold.embedded.LocalFiles;
import io.leasehold.embedded.StartArchive;
import io.leasehold.embedded.StartFailedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * One of our services as a JVM of its own. Its settings are a file in its folder that only its
 * owner may read, where Quarkus finds them; no secret stands on a command line.
 */
public final class ServiceProcess {
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration ASK = Duration.ofSeconds(2);
    private static final long LOOK_AGAIN_MILLIS = 50;
    private static final List<String> PASSED_ON =
            List.of("PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "TZ");

    /**
     * What a service is started with.
     *
     * @param folder where it works
     * @param port of its HTTP, on 127.0.0.1
     */
    public record Plan(
            String label,
            Path jar,
            Path folder,
            Path log,
            int port,
            List<String> jvmOptions,
            Map<String, String> settings,
            Duration grace) {
        /** Takes copies of the collections. */
        public Plan {
            jvmOptions = List.copyOf(jvmOptions);
            settings = Map.copyOf(settings);
        }
    }

    private final Plan plan;
    private final HttpClient http;

    /** Asks for its health by that client. */
    public ServiceProcess(Plan plan, HttpClient http) {
        this.plan = plan;
        this.http = http;
    }

    /**
     * Starts the process; returns when its health says that it is ready.
     *
     * @throws StartFailedException if it ends before, or is not ready in time
     */
    public Process launch() {
        writeSettings();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(StartArchive.of(plan.jar()).toStart());
        command.addAll(plan.jvmOptions());
        command.add("-XX:+UseSerialGC");
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
        command.add("-jar");
        command.add(plan.jar().toString());
        Process process =
                ChildProcesses.start(
                        new ChildProcesses.Command(
                                List.of(),
                                command,
                                environment(),
                                plan.folder(),
                                plan.log(),
                                ChildProcesses.OnParentDeath.KILL));
        awaitReady(process);
        return process;
    }

    /** The same for {@link Supervised}. */
    Supervised.Running start() {
        Process process = launch();
        return new Supervised.Running(
                process, () -> ChildProcesses.stop(process, "TERM", plan.grace().toMillis()));
    }

    private static Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        for (String name : PASSED_ON) {
            String value = System.getenv(name);
            if (value != null) {
                environment.put(name, value);
            }
        }
        return environment;
    }

    private void writeSettings() {
        Properties properties = new Properties();
        properties.putAll(plan.settings());
        properties.put("quarkus.http.host", "127.0.0.1");
        properties.put("quarkus.http.port", Integer.toString(plan.port()));
        StringBuilder text = new StringBuilder();
        properties.stringPropertyNames().stream()
                .sorted()
                .forEach(name ->
                        text.append(name)
                                .append('=')
                                .append(properties.getProperty(name).replace("\\", "\\\\"))
                                .append('\n'));
        Path folder = LocalFiles.privateDirectory(plan.folder().resolve("config"));
        LocalFiles.writePrivate(folder.resolve("application.properties"), text.toString());
    }

    private void awaitReady(Process process) {
        long deadline = System.nanoTime() + START.toNanos();
        try {
            while (System.nanoTime() < deadline) {
                if (process.waitFor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw failed("ended while starting (exit %d)".formatted(process.exitValue()));
                }
                if (isReady()) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new StartFailedException("interrupted while " + plan.label() + " started", e);
        }
        process.destroyForcibly();
        throw failed("was not ready within %d s".formatted(START.toSeconds()));
    }

    private StartFailedException failed(String what) {
        return new StartFailedException(
                "%s %s; its log, %s, ends with:%n%s"
                        .formatted(
                                plan.label(),
                                what,
                                plan.log(),
                                String.join("\n", LocalFiles.tail(plan.log(), 15))));
    }

    private boolean isReady() throws InterruptedException {
        URI health = URI.create("http://127.0.0.1:%d/q/health/ready".formatted(plan.port()));
        try {
            HttpResponse<Void> answer =
                    http.send(
                            HttpRequest.newBuilder(health)
                                    .version(HttpClient.Version.HTTP_1_1)
                                    .timeout(ASK)
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            return answer.statusCode() == 200;
        } catch (IOException _) {
            // It does not listen yet.
            return false;
        }
    }
}
