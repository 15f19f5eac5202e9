package io.leasehold.embedded.platform;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Which processes the system is made of, and what they are told beyond the usual.
 *
 * @param brokerApart the platform's broker is a process of its own, {@link Service#PLATFORM_KAFKA}
 * @param secondWorker beside the provisioner there is a second one that only carries out runs,
 *     {@link Service#RUNNER}
 * @param ofWorkers further settings of both, by name
 * @param jvmOptions further options of single services' JVMs
 * @param longestPause how long at most a service that does not get up is left down
 */
public record Layout(
        boolean brokerApart,
        boolean secondWorker,
        Map<String, String> ofWorkers,
        Map<Service, List<String>> jvmOptions,
        Duration longestPause) {

    /** The platform's broker in this JVM, and one provisioner. */
    public static final Layout USUAL =
            new Layout(false, false, Map.of(), Map.of(), Duration.ofSeconds(30));

    /** Takes copies. */
    public Layout {
        ofWorkers = Map.copyOf(ofWorkers);
        jvmOptions = Map.copyOf(jvmOptions);
    }
}
