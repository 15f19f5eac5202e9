package io.leasehold.bench.state;

import io.leasehold.bench.BenchFailedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** Many clients at once, each a thread with a tally of its own. */
final class Crowd {
    private final Supplier<Map<String, Long>> cpuMillis;

    /**
     * @param cpuMillis what each process has used so far
     */
    Crowd(Supplier<Map<String, Long>> cpuMillis) {
        this.cpuMillis = cpuMillis;
    }

    /** What one client does until it is done. */
    @FunctionalInterface
    interface Client {
        void run(int number, Tally tally) throws Exception;
    }

    /** Runs so many at once and waits for all. */
    Measured measure(String what, int clients, Client client) throws InterruptedException {
        Map<String, Long> before = cpuMillis.get();
        long start = System.nanoTime();
        List<Future<Tally>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            for (int i = 0; i < clients; i++) {
                int number = i;
                running.add(
                        threads.submit(() -> {
                            Tally tally = new Tally();
                            client.run(number, tally);
                            return tally;
                        }));
            }
        }
        Duration wall = Duration.ofNanos(System.nanoTime() - start);
        Tally all = new Tally();
        for (Future<Tally> each : running) {
            all.add(tally(what, each));
        }
        Map<String, Long> used = new HashMap<>(cpuMillis.get());
        before.forEach((process, millis) -> used.merge(process, -millis, Long::sum));
        return new Measured(what, clients, all, wall, used);
    }

    private static Tally tally(String what, Future<Tally> running) throws InterruptedException {
        try {
            return running.get();
        } catch (ExecutionException e) {
            throw new BenchFailedException(what + ": " + e.getCause(), e);
        }
    }
}
