package io.leasehold.state.sealing;

import io.leasehold.testsupport.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * An AWS KMS on loopback: the moto server from PyPI, of a fixed version, installed once for all
 * checkouts of this user. Where there is no Python, or PyPI cannot be reached, the test that needs
 * it is skipped, and says so.
 */
final class MotoServer implements AutoCloseable {
    private static final String VERSION = "5.2.5";
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final Path HOME =
            Optional.ofNullable(System.getenv("LEASEHOLD_CACHE"))
                    .map(Path::of)
                    .orElse(Path.of(System.getProperty("user.home"), ".cache/leasehold"))
                    .resolve("moto-" + VERSION);
    private static final Path LOG = TARGET.resolve("moto.log");

    private final Process process;

    private MotoServer(Process process) {
        this.process = process;
    }

    /** Listens on that port of loopback when it returns. */
    static MotoServer start(int port) throws Exception {
        install();
        Process process =
                new ProcessBuilder(
                                HOME.resolve("bin/python").toString(),
                                "-m",
                                "moto.server",
                                "-H",
                                "127.0.0.1",
                                "-p",
                                Integer.toString(port))
                        .redirectErrorStream(true)
                        .redirectOutput(LOG.toFile())
                        .start();
        MotoServer server = new MotoServer(process);
        try {
            Eventually.eventually(Duration.ofSeconds(60), () -> server.mustListen(port));
        } catch (AssertionError e) {
            server.close();
            throw e;
        }
        return server;
    }

    private void mustListen(int port) {
        if (!process.isAlive()) {
            throw new IllegalStateException("moto ended at its start; see " + LOG);
        }
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return;
        } catch (IOException e) {
            throw new AssertionError("nobody listens yet", e);
        }
    }

    /** Whole or not at all: others may be at it, and a build may be ended in the middle. */
    private static void install() throws IOException, InterruptedException {
        if (isInstalled()) {
            return;
        }
        Files.createDirectories(HOME.getParent());
        Path part = Files.createTempDirectory(HOME.getParent(), "moto-part");
        try {
            run("Python 3 with venv is missing", List.of("python3", "-m", "venv", part.toString()));
            run(
                    "PyPI cannot be reached",
                    List.of(
                            part.resolve("bin/python").toString(),
                            "-m",
                            "pip",
                            "install",
                            "--quiet",
                            "--disable-pip-version-check",
                            "moto[server]==" + VERSION));
            if (!isInstalled()) {
                delete(HOME);
                Files.move(part, HOME, StandardCopyOption.ATOMIC_MOVE);
            }
        } finally {
            delete(part);
        }
    }

    /** One that was made for another Python is none. */
    private static boolean isInstalled() throws IOException, InterruptedException {
        Path python = HOME.resolve("bin/python");
        return Files.exists(python)
                && new ProcessBuilder(python.toString(), "-c", "import moto")
                                .redirectErrorStream(true)
                                .redirectOutput(LOG.toFile())
                                .start()
                                .waitFor()
                        == 0;
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }

    private static void run(String otherwise, List<String> command)
            throws IOException, InterruptedException {
        Files.createDirectories(LOG.getParent());
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(LOG.toFile())
                            .start();
        } catch (IOException e) {
            skip(otherwise, String.valueOf(e.getMessage()));
            return;
        }
        if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            skip(otherwise, Files.readString(LOG).strip());
        }
    }

    @SuppressWarnings("SystemOut") // whoever reads the build's output must see it
    private static void skip(String why, String said) {
        System.err.printf(
                "NOT TESTED: AWS KMS, since the moto server is not there: %s%n%s%n", why, said);
        Assumptions.abort(why);
    }

    /** It takes connections and answers none, until it {@link #goesOn()}. */
    void hangs() throws IOException, InterruptedException {
        signal("STOP");
    }

    void goesOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int ended =
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor();
        if (ended != 0) {
            throw new IllegalStateException("no signal " + name);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
