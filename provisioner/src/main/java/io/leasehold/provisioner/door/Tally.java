package io.leasehold.provisioner.door;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts by endpoint. There are as many as a run has rules, and one more. Any thread. */
final class Tally {

    /** What no rule speaks of. A run chooses those names, so they are not counted one by one. */
    static final String OTHERS = "others";

    private final Map<String, Count> counts = new ConcurrentSkipListMap<>();

    /** Of one endpoint. */
    static final class Count {
        private final LongAdder connections = new LongAdder();
        private final LongAdder refused = new LongAdder();
        private final LongAdder out = new LongAdder();
        private final LongAdder in = new LongAdder();

        void opened() {
            connections.increment();
        }

        void refused() {
            refused.increment();
        }

        LongAdder out() {
            return out;
        }

        LongAdder in() {
            return in;
        }
    }

    Count of(String endpoint) {
        return counts.computeIfAbsent(endpoint, _ -> new Count());
    }

    List<Traffic> traffic() {
        return counts.entrySet().stream()
                .map(entry -> {
                    Count count = entry.getValue();
                    return new Traffic(
                            entry.getKey(),
                            count.connections.sum(),
                            count.refused.sum(),
                            count.out.sum(),
                            count.in.sum());
                })
                .toList();
    }
}
