package io.leasehold.bench;

import java.util.List;
import java.util.Map;

/**
 * What a benchmark found.
 *
 * @param memory for each approach the peak memory of its processes, in bytes
 */
record Results(
        int processors,
        int parallel,
        List<Measurement> measurements,
        Map<Approach, Map<String, Long>> memory) {

    Results {
        measurements = List.copyOf(measurements);
        memory = Map.copyOf(memory);
    }
}
