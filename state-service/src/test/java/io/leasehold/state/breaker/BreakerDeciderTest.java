package io.leasehold.state.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.events.ErrorCode;
import io.leasehold.state.DecisionTable;
import io.leasehold.state.DecisionTable.Point;
import io.leasehold.state.breaker.BreakerDecider.Alike;
import io.leasehold.state.breaker.BreakerDecider.Limits;
import io.leasehold.state.breaker.BreakerDecider.Phase;
import io.leasehold.state.breaker.BreakerDecider.Probe;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a breaker, in every situation there is. */
class BreakerDeciderTest {
    private static final Limits LIMITS = new Limits(5, 3);

    @Test
    void itOpensOnlyWhenSeveralTenantsFailAlikeAndFewerSucceed() {
        DecisionTable.of(
                        """
                        phase      probing  failures  tenants  successes  | then
                        HALF_OPEN  true     *         *        *          | REOPEN
                        HALF_OPEN  false    *         *        *          | HOLD
                        OPEN       *        *         *        *          | HOLD
                        CLOSED     *        5|6       3|9      0|3        | OPEN
                        CLOSED     *        *         *        *          | NOTHING
                        """)
                .axis("phase", (Object[]) Phase.values())
                .yesOrNo("probing")
                .axis("failures", 1, 4, 5, 6)
                .axis("tenants", 1, 2, 3, 9)
                .axis("successes", 0, 3, 4, 5)
                .holds(BreakerDeciderTest::failed);
    }

    private static String failed(Point point) {
        int failures = point.get("failures");
        int tenants = point.get("tenants");
        int successes = point.get("successes");
        return BreakerDecider.failed(
                        point.get("phase"),
                        point.get("probing"),
                        new Alike(failures, tenants, successes),
                        LIMITS)
                .name();
    }

    @Test
    void afterItsWaitOneRunTriesAndItsEndDecides() {
        DecisionTable.of(
                        """
                        phase      over   waiting  probe              | then
                        CLOSED     *      *        *                  | NOTHING
                        OPEN       false  *        *                  | NOTHING
                        OPEN       true   true     *                  | PROBE
                        OPEN       true   false    *                  | CLOSE
                        HALF_OPEN  *      *        AWAITED            | NOTHING
                        HALF_OPEN  *      *        SUCCEEDED          | CLOSE
                        HALF_OPEN  *      *        FAILED             | REOPEN
                        HALF_OPEN  *      true     GONE               | PROBE
                        HALF_OPEN  *      false    GONE               | CLOSE
                        """)
                .axis("phase", (Object[]) Phase.values())
                .yesOrNo("over")
                .yesOrNo("waiting")
                .axis("probe", (Object[]) Probe.values())
                .holds(point ->
                        BreakerDecider.looked(
                                        point.get("phase"),
                                        point.get("over"),
                                        point.get("waiting"),
                                        point.get("probe"))
                                .name());
    }

    @ParameterizedTest
    @CsvSource({"PT5M, PT10M", "PT10M, PT20M", "PT20M, PT40M", "PT40M, PT1H", "PT1H, PT1H"})
    void eachRunThatTriesInVainDoublesTheWaitUpToAnHour(Duration wait, Duration next) {
        assertThat(BreakerDecider.doubled(wait, Duration.ofHours(1))).isEqualTo(next);
    }

    @Test
    void everyCodeOfARunSpeaksOfAProviderOfAModuleOrOfNeither() {
        DecisionTable.of(
                        """
                        code                                                        | of
                        THROTTLED|PROVIDER_5XX|NETWORK|AUTHN|QUOTA|CAPACITY         | PROVIDER
                        LOCK_HELD|STALE_PLAN|WORKER_LOST|WORKER_FAULT               | neither
                        OUTCOME_NOT_TAKEN|STATE_WRITE_FAILED|CREDENTIAL_UNREADABLE  | neither
                        TOMORROWS                                                   | neither
                        *                                                           | MODULE
                        """)
                .axis(
                        "code",
                        Stream.concat(
                                        Arrays.stream(ErrorCode.values())
                                                .filter(code -> code.kind() == ErrorCode.Kind.RUN)
                                                .map(ErrorCode::name),
                                        Stream.of("TOMORROWS"))
                                .toArray())
                .holds(point ->
                        BreakerKind.of(point.get("code")).map(Enum::name).orElse("neither"));
    }
}
