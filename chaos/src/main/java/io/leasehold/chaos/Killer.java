package io.leasehold.chaos;

import io.leasehold.embedded.Leftovers;
import io.leasehold.embedded.platform.Service;
import io.leasehold.faults.Armed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Kills the services at the times of the plan, whatever they are doing: one that is just being
 * started is killed too. One that should be killed at a step does it itself, by the agent in it;
 * when it does not come by in time it is killed where it stands. That they are started again is
 * their supervisor's business. Safe for use by several threads.
 */
final class Killer implements AutoCloseable {
    private static final Logger LOGGER = Logger.getLogger(Killer.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final Duration STEP_IN_TIME = Duration.ofSeconds(12);
    private static final Duration TOGETHER = Duration.ofMillis(400);
    private static final Duration BREATH = Duration.ofSeconds(8);
    private static final Duration AHEAD = Duration.ofSeconds(3);
    private static final Duration FOREVER = Duration.ofDays(1);

    private final Path data;
    private final Path arms;
    private final LongSupplier work;
    private final Map<String, ScheduledExecutorService> threads = new HashMap<>();
    private final Queue<Kill> done = new ConcurrentLinkedQueue<>();
    private final Queue<Hit> pending = new ConcurrentLinkedQueue<>();
    private final StepsLeft steps = new StepsLeft();
    private final CountDownLatch left;
    private volatile long workBefore;
    private volatile long killedAt = System.nanoTime();

    /**
     * @param data the folder of the system
     * @param arms the folder with the files by which services are armed, see {@link #arm}
     * @param work grows with what is done for tenants
     */
    Killer(Path data, Path arms, LongSupplier work, List<Hit> hits) {
        this.data = data;
        this.arms = arms;
        this.work = work;
        this.left = new CountDownLatch(hits.size());
        this.pending.addAll(hits);
        for (Hit hit : hits) {
            // What comes while an earlier one of the same kind waits for its victim comes after it.
            ScheduledExecutorService thread =
                    threads.computeIfAbsent(
                            kind(hit),
                            kind ->
                                    Executors.newSingleThreadScheduledExecutor(
                                            Thread.ofPlatform()
                                                    .daemon()
                                                    .name("kill-" + kind)
                                                    .factory()));
            var _ =
                    thread.schedule(
                            () -> carryOut(hit), hit.at().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** The file that says at which step a service ends itself. */
    static Path arm(Path arms, Service service) {
        return arms.resolve(service.label());
    }

    private static String kind(Hit hit) {
        return switch (hit) {
            case Hit.AtOnce(_, Service victim) -> victim.label();
            case Hit.AtStep atStep -> "steps-of-" + atStep.step().service();
        };
    }

    private void carryOut(Hit hit) {
        try {
            awaitWork();
            switch (hit) {
                case Hit.AtOnce(_, Service victim) -> killNow(victim);
                case Hit.AtStep planned -> strike(steps.due(planned));
            }
            pending.remove(hit);
            left.countDown();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            // The kill stays pending, and whoever waits for it is told.
            LOGGER.errorf(e, "a kill failed hit=%s", hit);
        }
    }

    private void strike(Hit.AtStep hit) throws IOException, InterruptedException {
        if (struck(hit)) {
            steps.struck(hit);
        } else {
            steps.missed(hit);
            killNow(hit.victims().getFirst());
        }
    }

    /**
     * Kills that come faster than anything can get up again would find nothing to break: each waits
     * until something was done since the one before, if that does not take too long. Those of the
     * plan that come together do.
     */
    private void awaitWork() throws InterruptedException {
        while (work.getAsLong() <= workBefore) {
            long since = System.nanoTime() - killedAt;
            if (since < TOGETHER.toNanos() || since > BREATH.toNanos()) {
                return;
            }
            pause();
        }
    }

    private void done(Service victim, String step) {
        done.add(new Kill(victim, Instant.now(), step));
        workBefore = work.getAsLong();
        killedAt = System.nanoTime();
    }

    private void killNow(Service victim) throws InterruptedException {
        kill(victim);
        done(victim, "");
    }

    /** Whether one of those who were armed struck, or, as may happen, more. */
    private boolean struck(Hit.AtStep hit) throws IOException, InterruptedException {
        for (Service victim : hit.victims()) {
            new Armed(hit.step(), hit.moment(), 0).write(arm(arms, victim));
        }
        boolean struck = false;
        long begin = System.nanoTime();
        while (!struck && System.nanoTime() - begin < STEP_IN_TIME.toNanos()) {
            pause();
            struck = look(hit);
        }
        for (Service victim : hit.victims()) {
            Armed.disarm(arm(arms, victim));
        }
        return look(hit) || struck;
    }

    private boolean look(Hit.AtStep hit) throws IOException {
        boolean any = false;
        for (Service victim : hit.victims()) {
            if (Armed.struck(arm(arms, victim))) {
                done(victim, hit.words());
                any = true;
            }
        }
        return any;
    }

    private void kill(Service victim) throws InterruptedException {
        Path folder = folder(victim);
        List<ProcessHandle> processes = Leftovers.childrenIn(folder);
        while (processes.isEmpty()) {
            // It was killed a moment ago and is not there again.
            pause();
            processes = Leftovers.childrenIn(folder);
        }
        processes.forEach(ProcessHandle::destroyForcibly);
    }

    private static void pause() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
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

    /** Those that are not done. */
    List<Hit> pending() {
        return List.copyOf(pending);
    }

    /** A little beyond the first kill that is not done. */
    Duration horizon() {
        return pending.stream()
                .map(Hit::at)
                .min(Duration::compareTo)
                .map(AHEAD::plus)
                .orElse(FOREVER);
    }

    List<Kill> done() {
        return new ArrayList<>(done);
    }

    @Override
    public void close() {
        threads.values().forEach(ScheduledExecutorService::shutdownNow);
    }
}
