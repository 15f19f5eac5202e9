package io.leasehold.chaos;

import io.leasehold.embedded.platform.Service;
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
 * @param kills in the order of their times
 */
record Plan(List<Sending> sendings, List<PlannedKill> kills) {
    private static final Duration CALM = Duration.ofSeconds(3);

    /** The share of the time in which tenants begin; the rest is for those that began last. */
    private static final double BEGINNINGS = 0.8;

    /** How often each is killed, of a round of so many. Workers are two processes. */
    private static final List<Service> ROUND =
            List.of(
                    Service.PROVISIONER,
                    Service.PROVISIONER,
                    Service.PROVISIONER,
                    Service.RUNNER,
                    Service.RUNNER,
                    Service.RUNNER,
                    Service.STATE_SERVICE,
                    Service.STATE_SERVICE,
                    Service.STATE_SERVICE,
                    Service.PLATFORM_POSTGRES,
                    Service.PLATFORM_POSTGRES,
                    Service.PLATFORM_POSTGRES,
                    Service.PLATFORM_KAFKA,
                    Service.PLATFORM_KAFKA);

    Plan {
        sendings = List.copyOf(sendings);
        kills = List.copyOf(kills);
    }

    /**
     * @param pace the mean time between two kills
     */
    static Plan of(long seed, int tenants, int kills, Duration pace) {
        Random random = new Random(seed);
        List<PlannedKill> planned = new ArrayList<>();
        double at = CALM.toMillis();
        for (int i = 0; i < kills; i++) {
            Service victim = ROUND.get(random.nextInt(ROUND.size()));
            planned.add(new PlannedKill(Duration.ofMillis((long) at), victim));
            at += pace.toMillis() * (0.2 + 1.6 * random.nextDouble());
        }
        List<Sending> sendings = new ArrayList<>();
        for (int i = 0; i < tenants; i++) {
            long begin = (long) (random.nextDouble() * at * BEGINNINGS);
            sendings.addAll(new Story(random, "t%04d".formatted(i), begin).events());
        }
        sendings.sort(Comparator.comparing(Sending::at));
        return new Plan(sendings, planned);
    }

    /** From the beginning to the last of both. */
    Duration length() {
        Duration sent = sendings.isEmpty() ? Duration.ZERO : sendings.getLast().at();
        Duration killed = kills.isEmpty() ? Duration.ZERO : kills.getLast().at();
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
