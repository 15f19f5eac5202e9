package io.leasehold.embedded.platform;

import io.leasehold.embedded.BrokerMain;
import io.leasehold.embedded.ChildProcesses;
import io.leasehold.embedded.Leftovers;
import io.leasehold.embedded.LocalFiles;
import io.leasehold.embedded.StartFailedException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The platform's broker as a JVM of its own, on the class path of this one.
 *
 * @param folder where it works and says that it is ready
 * @param data the broker's own folder
 */
public record BrokerProcess(Path folder, Path data, int port, Path log) {
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration GRACE = Duration.ofSeconds(20);
    private static final long LOOK_AGAIN_MILLIS = 50;

    /**
     * Starts the process; returns when the broker answers.
     *
     * @throws StartFailedException if it ends before, or does not answer in time
     */
    Supervised.Running start() {
        Process process = launch();
        awaitReady(process);
        return new Supervised.Running(process, () -> stop(process));
    }

    /** Starts the process and does not wait for it. */
    public Process launch() {
        Leftovers.awaitNoneIn(folder);
        forget(ready());
        return ChildProcesses.start(
                new ChildProcesses.Command(
                        List.of(),
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                classPath(),
                                BrokerMain.class.getName(),
                                data.toString(),
                                Integer.toString(port),
                                ready().toString()),
                        Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C.UTF-8"),
                        folder,
                        log,
                        ChildProcesses.OnParentDeath.KILL));
    }

    private Path ready() {
        return folder.resolve("ready");
    }

    /** What is named from where this JVM works; the broker works elsewhere. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Stops it in order. */
    public static void stop(Process process) {
        ChildProcesses.stop(process, "TERM", GRACE.toMillis());
    }

    /**
     * Returns when the broker answers.
     *
     * @throws StartFailedException if it ends before, or does not answer in time
     */
    public void awaitReady(Process process) {
        long deadline = System.nanoTime() + START.toNanos();
        try {
            while (System.nanoTime() < deadline) {
                if (process.waitFor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw failed("ended while starting (exit %d)".formatted(process.exitValue()));
                }
                if (says(ready()).equals(Long.toString(process.pid()))) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new StartFailedException("interrupted while the broker started", e);
        }
        process.destroyForcibly();
        throw failed("did not answer within %d s".formatted(START.toSeconds()));
    }

    private StartFailedException failed(String what) {
        return new StartFailedException(
                "the platform's broker %s; its log, %s, ends with:%n%s"
                        .formatted(what, log, String.join("\n", LocalFiles.tail(log, 15))));
    }

    private static void forget(Path ready) {
        try {
            Files.deleteIfExists(ready);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String says(Path ready) {
        try {
            return Files.readString(ready).strip();
        } catch (NoSuchFileException _) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
