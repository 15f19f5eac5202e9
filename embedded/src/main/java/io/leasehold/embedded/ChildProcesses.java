package io.leasehold.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Starts processes that end with this JVM, however it ends: the kernel sends them a signal when
 * their parent is gone, so that even {@code kill -9} of the supervisor leaves nothing running.
 *
 * <p>The kernel means the <em>thread</em> that forked, not the process. All children are therefore
 * forked by one platform thread that lives as long as the JVM. Safe for use by several threads.
 */
public final class ChildProcesses {
    private static final ExecutorService FORKING_THREAD =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("leasehold-fork").factory());

    private ChildProcesses() {}

    /** What a child is told when its parent is gone. */
    public enum OnParentDeath {
        /** Ends at once. */
        KILL,
        /** SIGINT: Postgres rolls back, disconnects everybody and stops cleanly. */
        INTERRUPT;

        private String signal() {
            return switch (this) {
                case KILL -> "KILL";
                case INTERRUPT -> "INT";
            };
        }
    }

    /** What to start. The child sees only the given environment. */
    public record Command(
            List<String> prefix,
            List<String> command,
            Map<String, String> environment,
            Path directory,
            Path log,
            OnParentDeath onParentDeath) {
        /** Takes copies of the collections. */
        public Command {
            prefix = List.copyOf(prefix);
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }

    /**
     * Starts a child whose output is appended to its log. The pid is that of the command itself.
     */
    public static Process start(Command what) {
        // A session of its own: Ctrl-C at the terminal is for the supervisor, which stops its
        // children in order. setpriv stands after the prefix, since what changes credentials also
        // clears the death signal.
        List<String> command = new ArrayList<>();
        command.add("setsid");
        command.addAll(what.prefix());
        command.add("setpriv");
        command.add("--pdeathsig");
        command.add(what.onParentDeath().signal());
        command.add("--");
        command.addAll(what.command());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.directory(what.directory().toFile());
        builder.environment().clear();
        builder.environment().putAll(what.environment());
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(what.log().toFile()));
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        return fork(builder);
    }

    private static Process fork(ProcessBuilder builder) {
        try {
            return FORKING_THREAD.submit(builder::start).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailedException("interrupted while starting a process", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw new StartFailedException(
                        "cannot start " + builder.command().getFirst(), cause);
            }
            throw new StartFailedException("cannot start a process", e);
        }
    }

    /**
     * Asks the process to stop with the given signal, waits, and kills it when the time is over.
     * Returns when it is gone.
     */
    public static void stop(Process process, String signal, long graceMillis) {
        signal(process, signal);
        try {
            if (!process.waitFor(graceMillis, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Java itself can only send TERM and KILL. */
    private static void signal(Process process, String signal) {
        if (!process.isAlive()) {
            return;
        }
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
