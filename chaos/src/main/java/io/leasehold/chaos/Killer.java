package io.leasehold.chaos;

import io.leasehold.embedded.Leftovers;
import io.leasehold.embedded.platform.Service;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Kills the services at the times of the plan, whatever they are doing: one that is just being
 * started is killed too. That they are started again is their supervisor's business. Safe for use
 * by several threads.
 */
final class Killer implements AutoCloseable {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final Path data;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("killer").factory());
    private final Queue<Kill> done = new ConcurrentLinkedQueue<>();
    private final CountDownLatch left;

    /**
     * @param data the folder of the system
     */
    Killer(Path data, List<PlannedKill> kills) {
        this.data = data;
        this.left = new CountDownLatch(kills.size());
        for (PlannedKill kill : kills) {
            after(kill.at(), kill.victim());
        }
    }

    private void after(Duration wait, Service victim) {
        var _ = timer.schedule(() -> kill(victim), wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void kill(Service victim) {
        List<ProcessHandle> processes = Leftovers.childrenIn(folder(victim));
        if (processes.isEmpty()) {
            // It was killed a moment ago and is not there again.
            after(LOOK_AGAIN, victim);
            return;
        }
        processes.forEach(ProcessHandle::destroyForcibly);
        done.add(new Kill(victim, Instant.now()));
        left.countDown();
    }

    private Path folder(Service victim) {
        return switch (victim) {
            case PLATFORM_POSTGRES -> data.resolve("postgres/platform");
            case TENANTS_POSTGRES -> data.resolve("postgres/tenants");
            case PLATFORM_KAFKA -> data.resolve("broker");
            case STATE_SERVICE, PROVISIONER, RUNNER -> data.resolve(victim.label());
        };
    }

    /**
     * Waits until all kills are done.
     *
     * @return whether they are
     */
    boolean awaitAll(Duration atMost) throws InterruptedException {
        return left.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    List<Kill> done() {
        return new ArrayList<>(done);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
