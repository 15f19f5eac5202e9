package io.leasehold.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.embedded.platform.Service;
import io.leasehold.events.EventType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final Duration PACE = Duration.ofSeconds(2);

    /** As many as there are steps, and some for services that have none. */
    private static final int KILLS = Hits.everyStep().size() + 8;

    private final Plan plan = Plan.of(7, 300, KILLS, PACE);

    @Test
    void theSeedAloneDecides() {
        assertThat(Plan.of(7, 300, KILLS, PACE)).isEqualTo(plan);
        assertThat(Plan.of(8, 300, KILLS, PACE)).isNotEqualTo(plan);
    }

    @Test
    void everyStepIsHitAndEveryServiceThatMayBeKilled() {
        List<String> steps =
                plan.hits().stream()
                        .filter(Hit.AtStep.class::isInstance)
                        .map(hit -> ((Hit.AtStep) hit).words())
                        .toList();

        assertThat(steps)
                .containsExactlyInAnyOrderElementsOf(
                        Hits.everyStep().stream().map(Hit.AtStep::words).toList());
        assertThat(plan.hits()).hasSize(KILLS);
        assertThat(
                        plan.hits().stream()
                                .flatMap(hit -> hit.victims().stream())
                                .collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(
                        Service.PROVISIONER,
                        Service.RUNNER,
                        Service.STATE_SERVICE,
                        Service.PLATFORM_POSTGRES,
                        Service.PLATFORM_KAFKA);
    }

    @Test
    void fewKillsLeaveRoomForServicesWithoutSteps() {
        assertThat(Plan.of(7, 1, 8, PACE).hits()).allMatch(Hit.AtOnce.class::isInstance);
        assertThat(Plan.of(7, 1, 0, PACE).hits()).isEmpty();
    }

    @Test
    void tenantsComeChangeGoAndComeAgain() {
        assertThat(plan.sendings())
                .extracting(Sending::type)
                .contains(
                        EventType.TENANT_CREATED,
                        EventType.TENANT_UPDATED,
                        EventType.TENANT_DELETED);
        assertThat(plan.wanted().values())
                .anyMatch(Wish::gone)
                .anyMatch(wish -> wish.incarnation() == 2 && !wish.gone());
        assertThat(plan.sendings()).as("sent twice").doesNotHaveDuplicates();
        assertThat(plan.sendings().stream().map(Sending::wish).distinct().count())
                .as("sent twice")
                .isLessThan(plan.sendings().size());
    }

    @Test
    void anEarlierLifeIsToldToGoBeforeTheNextOneBegins() {
        plan.wanted()
                .forEach((life, wish) -> {
                    if (life.incarnation() == 2) {
                        assertThat(plan.wanted().get(new Life(life.tenant(), 1)))
                                .matches(Wish::gone, "is gone");
                    }
                });
    }

    @Test
    void whatComesLateIsNotWhatIsWanted() {
        Map<Life, Wish> wanted = plan.wanted();
        assertThat(plan.sendings())
                .extracting(Sending::wish)
                .allMatch(wish -> Wish.BY_AGE.compare(wish, wanted.get(wish.life())) <= 0);
    }
}
