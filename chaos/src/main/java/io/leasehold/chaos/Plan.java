package io.leasehold.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Everything that is done to the system, derived from the seed alone: which events are sent and
 * which services are killed, and when. What a kill hits depends on the wall clock and is another
 * thing at each time.
 *
 * @param sendings in the order of their times
 * @param hits in the order of their times
 */
record Plan(List<Sending> sendings, List<Hit> hits) {
    /** Tenants begin while there are kills, or within this time for each where there are none. */
    private static final Duration FOR_EACH_TENANT = Duration.ofMillis(500);

    /** The share of the time in which tenants begin; the rest is for those that began last. */
    private static final double BEGINNINGS = 0.85;

    Plan {
        sendings = List.copyOf(sendings);
        hits = List.copyOf(hits);
    }

    /**
     * @param pace the mean time from kill to kill
     */
    static Plan of(long seed, int tenants, int kills, Duration pace) {
        Random random = new Random(seed);
        List<Hit> hits = new Hits(random).deal(kills, pace);
        Duration span =
                hits.isEmpty() ? FOR_EACH_TENANT.multipliedBy(tenants) : hits.getLast().at();
        List<Sending> sendings = new ArrayList<>();
        for (int i = 0; i < tenants; i++) {
            long begin = (long) (random.nextDouble() * span.toMillis() * BEGINNINGS);
            sendings.addAll(new Story(random, "t%04d".formatted(i), begin).events());
        }
        sendings.sort(Comparator.comparing(Sending::at));
        return new Plan(sendings, hits);
    }

    /** From the beginning to the last of both. */
    Duration length() {
        Duration sent = sendings.isEmpty() ? Duration.ZERO : sendings.getLast().at();
        Duration killed = hits.isEmpty() ? Duration.ZERO : hits.getLast().at();
        return sent.compareTo(killed) > 0 ? sent : killed;
    }

    /** What each life should be in the end: what the newest of its events wants. */
    Map<Life, Wish> wanted() {
        Map<Life, Wish> wanted = new HashMap<>();
        for (Sending sending : sendings) {
            Wish wish = sending.wish();
            wanted.merge(wish.life(), wish, (a, b) -> Wish.BY_AGE.compare(a, b) >= 0 ? a : b);
        }
        return Map.copyOf(wanted);
    }
}
