package io.leasehold.bench.state;

import io.leasehold.bench.MemoryStates;
import io.leasehold.ledger.api.Disposition;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Measures one thing after the other on one deployment. Used by one thread. */
final class StateBenchmark {
    private static final int PARTITIONS = 4;
    private static final int BATCH = 100;
    private static final int WORKERS = 16;
    private static final int OF_BAR = 16;

    private final Deployment deployment;
    private final Load load;
    private final Consumer<String> progress;
    private final Crowd crowd;
    private final TakingIn takingIn;
    private final Claiming claiming;
    private final StateResults results = new StateResults();

    /**
     * How much is done.
     *
     * @param warmUp seconds of cycles before they count: the service's JVM compiles meanwhile
     * @param seconds of cycles at each number of clients
     * @param events of each kind
     * @param runs that are claimed, and that are claimed and ended
     */
    record Load(int warmUp, int seconds, int events, int runs) {}

    StateBenchmark(Deployment deployment, Load load, Consumer<String> progress) {
        this.deployment = deployment;
        this.load = load;
        this.progress = progress;
        this.crowd = new Crowd(deployment::cpuMillis);
        this.takingIn = new TakingIn(crowd, deployment, PARTITIONS, BATCH);
        this.claiming = new Claiming(crowd, deployment);
    }

    StateResults results() {
        return results;
    }

    /** Cycles of states, at each number of clients, beside a server that keeps them in memory. */
    void cycles(List<Integer> clients) throws InterruptedException {
        Duration time = Duration.ofSeconds(load.seconds());
        Cycles ours = new Cycles(crowd, () -> deployment.connect(Deployment.Caller.STATE));
        progress.accept("cycles: warming up");
        var _ = ours.measure("warm-up", OF_BAR, Duration.ofSeconds(load.warmUp()));
        for (int count : clients) {
            progress.accept("cycles: %d clients".formatted(count));
            Measured measured = results.add(ours.measure("cycles", count, time));
            if (count == OF_BAR) {
                results.add(Bar.atLeast("cycles/s at 16 clients", 800, measured.perSecond()));
                results.add(
                        Bar.atMost("errors at 16 clients", 0, (double) measured.tally().errors()));
            }
        }
        ceiling(clients, time);
    }

    private void ceiling(List<Integer> clients, Duration time) throws InterruptedException {
        try (MemoryStates memory = new MemoryStates()) {
            int port = URI.create(memory.url()).getPort();
            Cycles ceiling = new Cycles(new Crowd(Map::of), () -> Wire.connect(port, "anybody"));
            var _ = ceiling.measure("warm-up", OF_BAR, Duration.ofSeconds(2));
            for (int count : clients) {
                results.add(ceiling.measure("cycles in memory (ceiling)", count, time));
            }
        }
    }

    /** Events: tenants that are new, that change, that say the same anew, and that come again. */
    void intake() throws InterruptedException {
        int count = load.events();
        progress.accept("intake: warming up");
        var _ =
                takingIn.measure(
                        "warm-up", wanted("warm-", count / 4, 1, "a"), Disposition.PENDING);
        deployment.analyze();
        progress.accept("intake: %d events of each kind".formatted(count));
        Measured created =
                results.add(
                        takingIn.measure(
                                "events: tenant created",
                                wanted("in-", count, 1, "a"),
                                Disposition.PENDING));
        results.add(
                takingIn.measure(
                        "events: tenant changed",
                        wanted("in-", count, 2, "b"),
                        Disposition.PENDING));
        results.add(
                takingIn.measure(
                        "events: seen before",
                        wanted("in-", count, 2, "b"),
                        Disposition.DUPLICATE));
        results.add(Bar.atLeast("events/s into the ledger", 5000, created.perSecond()));
    }

    private static TakingIn.Wanted wanted(String prefix, int count, long generation, String note) {
        return new TakingIn.Wanted(prefix, 0, count, generation, note);
    }

    /** Claims alone, then each with the run's end. */
    void claims() throws InterruptedException {
        int runs = load.runs();
        progress.accept("claims: warming up");
        var _ =
                takingIn.measure(
                        "tenants", wanted("run-", runs * 5 / 2, 1, "a"), Disposition.PENDING);
        var _ = claiming.measure("warm-up", WORKERS, runs / 2, true);
        deployment.analyze();
        progress.accept("claims: %d".formatted(runs));
        Measured claimed = results.add(claiming.measure("claim", WORKERS, runs, false));
        results.add(claiming.measure("claim and finish", WORKERS, runs, true));
        results.add(Bar.atLeast("claims/s", 2000, claimed.perSecond()));
    }

    /** The same claims on a small ledger and on larger ones. */
    void ledger(List<Integer> sizes) throws InterruptedException {
        int there = 0;
        double first = 0;
        double last = 0;
        for (int size : sizes) {
            progress.accept("ledger: %d tenants".formatted(size));
            var _ =
                    takingIn.measure(
                            "tenants",
                            new TakingIn.Wanted("many-", there, size - there, 1, "a"),
                            Disposition.PENDING);
            there = size;
            deployment.analyze();
            var _ = claiming.measure("warm-up", 2, load.runs() / 4, false);
            Measured claimed =
                    results.add(
                            claiming.measure(
                                    "claim, %d tenants".formatted(size),
                                    2,
                                    load.runs() / 2,
                                    false));
            last = claimed.tally().percentile("claim", 0.95);
            first = first == 0 ? last : first;
        }
        results.add(
                Bar.atMost(
                        "claim p95, largest ledger to smallest",
                        1.5,
                        last / Math.max(1e-9, first)));
    }
}
