package io.leasehold.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * What a killed Postgres leaves: backends on their way out, and a pid file. A new server would
 * refuse to start while the first live, and may refuse because of the second when the number in it
 * belongs to another process by now.
 */
public final class Leftovers {
    private static final Logger LOGGER = Logger.getLogger(Leftovers.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Leftovers() {}

    /**
     * Returns when no process works in the folder any more; after a while those that do are killed.
     */
    public static void awaitNoneIn(Path directory) {
        List<ProcessHandle> processes = inside(directory);
        if (!processes.isEmpty()) {
            LOGGER.infof(
                    "waiting for an earlier start to end directory=%s processes=%d",
                    directory, processes.size());
            awaitEnd(processes);
        }
    }

    /** The children of this JVM that work in the folder: a started service, ready or not yet. */
    public static List<ProcessHandle> childrenIn(Path directory) {
        return ProcessHandle.current()
                .children()
                .filter(process -> worksIn(process, directory))
                .toList();
    }

    private static void awaitEnd(List<ProcessHandle> processes) {
        CompletableFuture<Void> gone =
                CompletableFuture.allOf(
                        processes.stream()
                                .map(ProcessHandle::onExit)
                                .toArray(CompletableFuture[]::new));
        try {
            gone.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            processes.forEach(ProcessHandle::destroyForcibly);
            gone.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        } catch (ExecutionException e) {
            throw new StartFailedException("cannot wait for an earlier start to end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailedException("interrupted while an earlier start was ending", e);
        }
    }

    private static List<ProcessHandle> inside(Path directory) {
        long self = ProcessHandle.current().pid();
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != self && worksIn(process, directory))
                .toList();
    }

    private static boolean worksIn(ProcessHandle process, Path directory) {
        try {
            Path cwd = Path.of("/proc", Long.toString(process.pid()), "cwd");
            return Files.readSymbolicLink(cwd).equals(directory.toRealPath());
        } catch (IOException _) {
            // Gone meanwhile, or not ours to look at: then it is no process of ours.
            return false;
        }
    }
}
