package io.leasehold.embedded.platform;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How the system runs.
 *
 * @param dataDirectory everything it keeps; made if it is not there
 * @param installation what it runs
 * @param driftInterval how long a stack is left alone between two drift checks
 * @param runnerSlots how many runs go on side by side
 * @param jvmOptions further options of the services' JVMs
 * @param said is told in one line what happens; called by several threads
 * @param ofStateService further settings of the state service, by name
 * @param layout which processes there are
 */
public record SystemOptions(
        Path dataDirectory,
        Installation installation,
        Duration driftInterval,
        int runnerSlots,
        List<String> jvmOptions,
        Consumer<String> said,
        Map<String, String> ofStateService,
        Layout layout) {
    /** Takes copies. */
    public SystemOptions {
        dataDirectory = dataDirectory.toAbsolutePath().normalize();
        jvmOptions = List.copyOf(jvmOptions);
        ofStateService = Map.copyOf(ofStateService);
    }

    /** In the usual layout. */
    public SystemOptions(
            Path dataDirectory,
            Installation installation,
            Duration driftInterval,
            int runnerSlots,
            List<String> jvmOptions,
            Consumer<String> said,
            Map<String, String> ofStateService) {
        this(
                dataDirectory,
                installation,
                driftInterval,
                runnerSlots,
                jvmOptions,
                said,
                ofStateService,
                Layout.USUAL);
    }

    /** With no further settings. */
    public SystemOptions(
            Path dataDirectory,
            Installation installation,
            Duration driftInterval,
            int runnerSlots,
            List<String> jvmOptions,
            Consumer<String> said) {
        this(dataDirectory, installation, driftInterval, runnerSlots, jvmOptions, said, Map.of());
    }
}
