package io.leasehold.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class OrphansIT {
    @TempDir Path folder;

    /**
     * Runs in a JVM of its own: starts a server from a thread that ends, says its pid, and waits.
     */
    static final class Supervisor {
        public static void main(String[] args) throws Exception {
            Thread starter = Thread.ofPlatform().start(() -> startAndSay(Path.of(args[0])));
            starter.join();
            System.in.read();
        }
    }

    private static void startAndSay(Path folder) {
        EmbeddedPostgres postgres = start(folder);
        System.out.println("pid " + postgres.process().pid());
        System.out.flush();
    }

    private static EmbeddedPostgres start(Path folder) {
        return EmbeddedPostgres.start(
                new PostgresOptions(
                        folder.resolve("data"),
                        folder.resolve("log"),
                        0,
                        "secret",
                        Durability.DURABLE,
                        PostgresOptions.ALL_WITH_PASSWORD));
    }

    @Test
    @Timeout(120)
    void a_server_ends_with_its_killed_supervisor_and_its_folder_starts_again_at_once()
            throws Exception {
        Process supervisor =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Supervisor.class.getName(),
                                folder.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        ProcessHandle server = ProcessHandle.of(pid(supervisor)).orElseThrow();
        assertThat(server.isAlive()).isTrue();

        supervisor.destroyForcibly().waitFor();
        try (EmbeddedPostgres again = start(folder)) {
            again.execute("postgres", "SELECT 1");
            assertThat(again.process().pid()).isNotEqualTo(server.pid());
        }

        server.onExit().get(20, TimeUnit.SECONDS);
    }

    private static long pid(Process supervisor) throws Exception {
        BufferedReader lines = new BufferedReader(supervisor.inputReader(StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("pid ")) {
                return Long.parseLong(line.substring(4));
            }
        }
        throw new AssertionError("the supervisor ended without starting a server");
    }
}
