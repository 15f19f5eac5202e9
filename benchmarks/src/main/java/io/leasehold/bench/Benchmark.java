package io.leasehold.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Takes the contenders through all phases, one after the other, so that each has the machine. */
final class Benchmark {
    /** So many runs of a program fill the page cache. */
    private static final int COLD = 20;

    private final int tenants;
    private final int warmUp;
    private final List<BenchModule> modules;
    private final Consumer<String> progress;

    /**
     * @param tenants how many each phase has
     * @param warmUp how many tenants of the small module go through the services in all phases
     *     before they are measured: a JVM compiles meanwhile. Each contender is given a few tenants
     *     of each module, if this is not 0, since programs have only a page cache to fill
     * @param progress told in a line what is being done
     */
    Benchmark(int tenants, int warmUp, List<BenchModule> modules, Consumer<String> progress) {
        this.tenants = tenants;
        this.warmUp = warmUp;
        this.modules = List.copyOf(modules);
        this.progress = progress;
    }

    /** Makes a contender ready; closing it ends all that it started. */
    @FunctionalInterface
    interface Start {
        Contender start() throws InterruptedException;
    }

    /** Measures them all, in the order of modules and then of contenders. */
    Results run(List<Start> starts, int parallel) throws InterruptedException {
        Map<Approach, Map<String, Long>> memory = new EnumMap<>(Approach.class);
        List<Measurement> measurements = new ArrayList<>();
        for (Start start : starts) {
            try (Contender contender = start.start()) {
                if (contender.approach() == Approach.OURS) {
                    through(contender, BenchModule.SMALL, "w", warmUp);
                }
                for (BenchModule module : modules) {
                    measurements.addAll(measure(contender, module));
                }
                memory.put(contender.approach(), contender.memory());
            }
        }
        measurements.sort((one, other) ->
                one.module() == other.module() ? 0 : one.module().compareTo(other.module()));
        return new Results(
                Runtime.getRuntime().availableProcessors(), parallel, measurements, memory);
    }

    private List<Measurement> measure(Contender contender, BenchModule module)
            throws InterruptedException {
        contender.prepare(module);
        through(contender, module, "v", Math.min(warmUp, COLD));
        List<String> all = ids(contender.approach(), module, "", tenants);
        List<Measurement> measurements = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            progress.accept(
                    "%s, %s module, %s: %d tenants"
                            .formatted(
                                    contender.approach().label(),
                                    module.label(),
                                    phase.label(),
                                    tenants));
            Cpu before = contender.cpu();
            long start = System.nanoTime();
            List<Duration> done = contender.run(module, phase, all);
            Duration wall = Duration.ofNanos(System.nanoTime() - start);
            Cpu used = contender.cpu().minus(before);
            measurements.add(
                    new Measurement(module, contender.approach(), phase, wall, done, used));
        }
        return measurements;
    }

    private static void through(Contender contender, BenchModule module, String infix, int count)
            throws InterruptedException {
        List<String> tenants = ids(contender.approach(), module, infix, count);
        for (Phase phase : Phase.values()) {
            if (!tenants.isEmpty()) {
                var _ = contender.run(module, phase, tenants);
            }
        }
    }

    private static List<String> ids(
            Approach approach, BenchModule module, String infix, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number ->
                        "%s-%s-%s%d".formatted(approach.label(), module.label(), infix, number))
                .toList();
    }
}
