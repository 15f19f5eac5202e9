package io.leasehold.provisioner.sandbox;

import io.leasehold.provisioner.door.DoorRule;
import io.leasehold.provisioner.door.Service;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One program and all it may see.
 *
 * @param runId names directories and logs
 * @param tenant whose it is; null for what the platform runs for itself
 * @param program what runs
 * @param files what it sees of the file system besides the root the sandbox makes
 * @param network what it may reach
 * @param limits how long it may take
 * @param stop how it is ended
 */
public record RunSpec(
        String runId,
        @Nullable String tenant,
        Program program,
        List<Mount> files,
        Network network,
        Limits limits,
        Stop stop) {

    /** Takes copies. */
    public RunSpec {
        files = List.copyOf(files);
    }

    /** Of no tenant's. */
    public RunSpec(
            String runId,
            Program program,
            List<Mount> files,
            Network network,
            Limits limits,
            Stop stop) {
        this(runId, null, program, files, network, limits, stop);
    }

    /**
     * @param argv the program as seen inside (by {@link Layout}), and its arguments. No secrets:
     *     other processes of the host may see them
     * @param env the whole environment
     * @param directory where it starts, as seen inside
     */
    public record Program(List<String> argv, Map<String, String> env, String directory) {

        /** Takes copies. */
        public Program {
            argv = List.copyOf(argv);
            env = Map.copyOf(env);
        }
    }

    /** One thing of the file system. Mounted in the order given. */
    public sealed interface Mount {

        /** Where it is, in the sandbox's own terms: see {@link Layout}. */
        String inside();

        /** A host file or directory, read-only. */
        record ReadOnly(Path host, String inside) implements Mount {}

        /** A host directory to write to: only for programs of the platform, such as an init. */
        record Writable(Path host, String inside) implements Mount {}

        /** A file with this content, readable by the program only. Removed with the run. */
        record Content(byte[] bytes, String inside) implements Mount {}

        /**
         * An empty file the program may write to in place, read afterwards by {@link
         * SandboxedRun#written}. It cannot be replaced by a link.
         */
        record Result(String name, String inside) implements Mount {}
    }

    /**
     * What can be reached.
     *
     * @param doors endpoints, by name
     * @param service answers what the program sends to the service port of its loopback; null when
     *     nothing listens there
     * @param held whether the doors may still lead anywhere; asked before every write
     */
    public record Network(List<DoorRule> doors, @Nullable Service service, BooleanSupplier held) {

        /** Nothing at all. */
        public static final Network NONE = new Network(List.of(), null, () -> false);

        /** Takes a copy. */
        public Network {
            doors = List.copyOf(doors);
        }
    }

    /** Wall clock from start to end, and silence. */
    public record Limits(Duration wallClock, Duration idle) {}

    /**
     * The ladder: SIGINT to the program, {@code grace}, SIGINT again, ten seconds, kill.
     *
     * @param busy as {@link io.leasehold.provisioner.process.StopLadder} asks it before the second
     *     signal and before the kill
     */
    public record Stop(Duration grace, Supplier<BooleanSupplier> busy) {}
}
