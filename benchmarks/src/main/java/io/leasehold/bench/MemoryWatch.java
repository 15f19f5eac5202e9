package io.leasehold.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks a few times a second at processes that come and go under this one, and keeps the largest of
 * each kind. Safe for use by several threads.
 */
final class MemoryWatch implements AutoCloseable {
    private static final long EVERY_MILLIS = 400;

    private final Map<String, Long> largest = new TreeMap<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("bench-memory").factory());

    MemoryWatch() {
        var _ =
                timer.scheduleWithFixedDelay(
                        this::look, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        Processes now = Processes.look();
        for (long pid : now.living(ProcessHandle.current().pid())) {
            String name = now.name(pid);
            if (name.equals("tofu") || name.startsWith("terraform-provi")) {
                long bytes = Memory.peak(pid);
                String kind = name.equals("tofu") ? "tofu (each)" : "provider (each)";
                synchronized (largest) {
                    largest.merge(kind, bytes, Math::max);
                }
            }
        }
    }

    /** The largest seen so far, by kind. */
    Map<String, Long> largest() {
        synchronized (largest) {
            return Map.copyOf(largest);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
