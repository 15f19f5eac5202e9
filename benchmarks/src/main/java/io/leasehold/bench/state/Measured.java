package io.leasehold.bench.state;

import java.time.Duration;
import java.util.Map;

/**
 * One thing that was measured.
 *
 * @param what is done, and under what conditions
 * @param clients at the same time
 * @param cpuMillis of each process
 */
record Measured(String what, int clients, Tally tally, Duration wall, Map<String, Long> cpuMillis) {
    double perSecond() {
        return tally.operations() / Math.max(1e-9, wall.toNanos() / 1e9);
    }

    /** Microseconds of a process for each operation. */
    double cpuMicros(String process) {
        return 1000.0 * cpuMillis.getOrDefault(process, 0L) / Math.max(1, tally.operations());
    }
}
