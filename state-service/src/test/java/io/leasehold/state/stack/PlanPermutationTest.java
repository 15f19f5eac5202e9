package io.leasehold.state.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Disposition;
import io.leasehold.state.stack.Situation.Lifecycle;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * However events and the ends of runs fall together, the same is there in the end. The seed is the
 * number of the repetition.
 */
class PlanPermutationTest {
    private static final int NEWEST = 6;

    /** What the history ends with; a suspension leaves what there is, so it is resumed first. */
    private enum Last {
        WANTED,
        DELETED,
        DELETED_KEEPING
    }

    @RepeatedTest(300)
    void whatIsAcceptedInAnyInterleavingWithRunsEndsTheSame(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        Last last = Last.values()[random.nextInt(Last.values().length)];

        PlannedTenant busy = tenant();
        List<PlannedTenant.Run> running = new ArrayList<>();
        for (int generation = 1; generation < NEWEST; generation++) {
            // An older generation that comes late is never accepted: some are left out.
            if (random.nextInt(3) > 0) {
                busy.wants(
                        generation,
                        "1.0.0",
                        sizeOf(generation),
                        random.nextInt(4) == 0 ? Lifecycle.SUSPENDED : Lifecycle.ACTIVE);
            }
            step(busy, running, random);
        }
        ends(busy, last);
        PlannedTenant quiet = tenant();
        ends(quiet, last);
        finish(busy, running);
        finish(quiet, new ArrayList<>());

        assertThat(busy.gone).isEqualTo(last != Last.WANTED);
        if (last == Last.WANTED) {
            assertThat(busy.atRest()).isEqualTo(quiet.atRest());
        }
        assertThat(busy.events)
                .allMatch(end ->
                        end == Disposition.APPLIED
                                || end == Disposition.UNCHANGED
                                || end == Disposition.SUPERSEDED
                                || end == Disposition.FAILED);
        assertThat(busy.again().stacks()).isEmpty();
        assertThat(busy.again().ends()).isEmpty();
    }

    private static void ends(PlannedTenant tenant, Last last) {
        switch (last) {
            case WANTED -> tenant.wants(NEWEST, "1.0.0", sizeOf(NEWEST));
            case DELETED -> tenant.deleted(NEWEST);
            case DELETED_KEEPING -> tenant.deletedKeeping(NEWEST);
        }
    }

    private static PlannedTenant tenant() {
        PlannedTenant tenant = new PlannedTenant();
        tenant.register("1.0.0", PlanDeciderTest.DOCUMENT);
        return tenant;
    }

    /** Generations come in pairs of equal content, so that some change nothing. */
    private static int sizeOf(int generation) {
        return generation / 2;
    }

    private static void step(PlannedTenant tenant, List<PlannedTenant.Run> running, Random random) {
        for (int i = random.nextInt(4); i > 0; i--) {
            if (!running.isEmpty() && random.nextBoolean()) {
                end(tenant, running.remove(random.nextInt(running.size())), random);
            } else if (!tenant.due().isEmpty()) {
                running.add(tenant.claims(tenant.due().getFirst()));
            }
        }
    }

    private static void end(PlannedTenant tenant, PlannedTenant.Run run, Random random) {
        switch (random.nextInt(4)) {
            case 0 -> tenant.failsForGood(run);
            case 1 -> tenant.dropped(run);
            default -> tenant.succeeds(run, "host-of-" + run.stack());
        }
    }

    private static void finish(PlannedTenant tenant, List<PlannedTenant.Run> running) {
        running.forEach(run -> tenant.succeeds(run, "host-of-" + run.stack()));
        running.clear();
        for (int i = 0; i < 10; i++) {
            tenant.settles();
            for (String name : List.of("a", "b")) {
                if (tenant.has(name) && tenant.stack(name).failed()) {
                    tenant.retried(name);
                }
            }
        }
    }
}
