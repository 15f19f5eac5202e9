package io.leasehold.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Starts the same program in several ways, one after another and over again. One thread. */
final class Launches {
    private static final long LONGEST_GOODBYE_NANOS = 500_000_000;

    private final Orphans orphans = Orphans.adopt();
    private final long self = ProcessHandle.current().pid();

    /** One way to start something. */
    record Way(String name, List<String> argv, Path directory, Map<String, String> environment) {}

    /** What its launches took: wall clock of each, and CPU of all that came of it, of each. */
    record Cost(String name, double medianMillis, double leastMillis, double cpuMillis) {}

    /**
     * Measures.
     *
     * @param before is run before each launch, unmeasured
     */
    List<Cost> measure(List<Way> ways, int rounds, Runnable before) {
        List<double[]> walls = ways.stream().map(_ -> new double[rounds]).toList();
        double[] cpu = new double[ways.size()];
        for (int round = -2; round < rounds; round++) {
            for (int i = 0; i < ways.size(); i++) {
                before.run();
                long usedBefore = used();
                long start = System.nanoTime();
                launch(ways.get(i));
                long took = System.nanoTime() - start;
                long used = used() - usedBefore;
                // The first two of each bring everything into the caches.
                if (round >= 0) {
                    walls.get(i)[round] = took / 1e6;
                    cpu[i] += used;
                }
            }
        }
        List<Cost> costs = new ArrayList<>();
        for (int i = 0; i < ways.size(); i++) {
            double[] sorted = walls.get(i);
            Arrays.sort(sorted);
            costs.add(new Cost(ways.get(i).name(), sorted[rounds / 2], sorted[0], cpu[i] / rounds));
        }
        return costs;
    }

    private static void launch(Way way) {
        ProcessBuilder builder = new ProcessBuilder(way.argv());
        builder.environment().clear();
        builder.environment().putAll(way.environment());
        builder.directory(way.directory().toFile());
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.redirectErrorStream(true);
        try {
            int code = builder.start().waitFor();
            if (code != 0) {
                throw new BenchFailedException(way.name() + " ended with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchFailedException("interrupted");
        }
    }

    /** Of all that was started so far, those included that end a little later than their parent. */
    private long used() {
        long end = System.nanoTime() + LONGEST_GOODBYE_NANOS;
        Processes now = Processes.look();
        while (!now.living(self).isEmpty() && System.nanoTime() < end) {
            orphans.bury();
            now = Processes.look();
        }
        return now.descendants(self);
    }
}
