package io.leasehold.chaos;

import io.leasehold.embedded.platform.Service;
import io.leasehold.faults.Moment;
import io.leasehold.faults.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Deals out the kills: every step before and after in turn, as far as they go, and services at any
 * instant. Some come alone, some two or three at a time. For one thread.
 */
final class Hits {
    private static final Duration CALM = Duration.ofSeconds(3);
    private static final int TOGETHER_MILLIS = 300;

    /** Of so many kills one at least is at a step, or as many as there are steps. */
    private static final int OF_EACH = 4;

    /** So many of the kills must be left for those that have no steps. */
    private static final int AT_ONCE_AT_LEAST = 8;

    /** How often each is killed at any instant, of a round of so many. */
    private static final List<Service> ROUND =
            List.of(
                    Service.PROVISIONER,
                    Service.RUNNER,
                    Service.STATE_SERVICE,
                    Service.PLATFORM_POSTGRES,
                    Service.PLATFORM_POSTGRES,
                    Service.PLATFORM_KAFKA);

    /** Its tenants are not checked for drift, so nobody would ever come there. */
    private static final Set<Step> NOT_TAKEN = Set.of(Step.DRIFT_REPORT);

    private final Random random;
    private final List<Service> round = new ArrayList<>();
    private final List<Hit.AtStep> steps = new ArrayList<>();

    Hits(Random random) {
        this.random = random;
    }

    /**
     * @param pace the mean time from kill to kill
     * @return in the order of their times
     */
    List<Hit> deal(int kills, Duration pace) {
        int atSteps =
                Math.clamp(
                        Math.max(everyStep().size(), kills / OF_EACH),
                        0,
                        Math.max(0, kills - AT_ONCE_AT_LEAST));
        List<Boolean> which = new ArrayList<>(Collections.nCopies(atSteps, true));
        which.addAll(Collections.nCopies(kills - atSteps, false));
        Collections.shuffle(which, random);
        List<Hit> hits = new ArrayList<>();
        double at = CALM.toMillis();
        int together = 0;
        double gap = 0;
        for (boolean step : which) {
            if (together == 0) {
                together = together();
                at += gap;
                gap = together * pace.toMillis() * (0.4 + 1.2 * random.nextDouble());
            }
            Duration when = Duration.ofMillis((long) at + random.nextInt(TOGETHER_MILLIS));
            hits.add(step ? step(when) : new Hit.AtOnce(when, service()));
            together--;
        }
        hits.sort(Comparator.comparing(Hit::at));
        return List.copyOf(hits);
    }

    private int together() {
        int dice = random.nextInt(10);
        return dice < 5 ? 1 : dice < 8 ? 2 : 3;
    }

    private Service service() {
        if (round.isEmpty()) {
            round.addAll(ROUND);
            Collections.shuffle(round, random);
        }
        return round.removeLast();
    }

    private Hit step(Duration at) {
        if (steps.isEmpty()) {
            steps.addAll(everyStep());
            Collections.shuffle(steps, random);
        }
        Hit.AtStep next = steps.removeLast();
        return new Hit.AtStep(at, next.step(), next.moment());
    }

    /** All that can be hit, once before and once after. */
    static List<Hit.AtStep> everyStep() {
        List<Hit.AtStep> all = new ArrayList<>();
        for (Step step : EnumSet.complementOf(EnumSet.copyOf(NOT_TAKEN))) {
            for (Moment moment : Moment.values()) {
                all.add(new Hit.AtStep(Duration.ZERO, step, moment));
            }
        }
        return all;
    }
}
