package io.leasehold.state.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.events.ErrorCode;
import io.leasehold.state.DecisionTable;
import io.leasehold.state.DecisionTable.Point;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every failure leads to, however often it happened. */
class RetryTableTest {

    @Test
    void everyFailureIsTriedAgainAsOftenAsItsCodeAllows() {
        DecisionTable.of(
                        """
                        code                                       spent      retryable  newer  | then
                        *                                          *          *          true   | superseded
                        *                                          *          false      false  | given up
                        LOCK_HELD|WORKER_FAULT                     *          true       false  | again for nothing
                        THROTTLED                                  0|1|2|3|4  true       false  | again
                        PROVIDER_5XX|NETWORK|REGISTRY|INIT         0|1|2|3    true       false  | again
                        CREDENTIAL_UNREADABLE                      0|1|2|3    true       false  | again
                        CAPACITY|QUOTA                             0|1|2      true       false  | again
                        STALE_PLAN|OUTCOME_NOT_TAKEN               0|1        true       false  | again
                        WORKER_LOST                                0|1|2|3|4  true       false  | again
                        EVENTUAL_CONSISTENCY|TIMEOUT|UNKNOWN|AUTHN 0          true       false  | again
                        PROVIDER_CRASHED|LIMIT_REACHED             0          true       false  | again
                        TOMORROWS                                  0          true       false  | again
                        *                                          *          true       false  | given up
                        """)
                .axis("code", codes())
                .axis("spent", 0, 1, 2, 3, 4, 5, 6)
                .yesOrNo("retryable")
                .yesOrNo("newer")
                .holds(RetryTableTest::decide);
    }

    @Test
    void whoseWorkerWasLostIsTriedUnlessItMayBeTheCauseTooOften() {
        DecisionTable.of(
                        """
                        counted    times   others  newer  | then
                        *          *       *       true   | superseded
                        5          *       false   false  | given up
                        *          30      *       false  | given up
                        *          31      *       false  | given up
                        *          1|2|3   *       false  | again after 0
                        *          4       *       false  | again after 5
                        *          5       *       false  | again after 10
                        *          9       *       false  | again after 160
                        *          10|29   *       false  | again after 300
                        """)
                .axis("counted", 0, 1, 4, 5)
                .axis("times", 1, 2, 3, 4, 5, 9, 10, 29, 30, 31)
                .yesOrNo("others")
                .yesOrNo("newer")
                .holds(point -> lost(point, 0.0));
    }

    @Test
    void whatSpeaksForARunIsNoReasonToHurry() {
        RetryDecider.Loss loss = new RetryDecider.Loss(2, 5, 9, true, false);

        assertThat(RetryDecider.decide(loss, 0.0))
                .isEqualTo(new RetryDecider.Verdict.Retry(Duration.ofSeconds(160), 2));
        assertThat(RetryDecider.decide(new RetryDecider.Loss(2, 5, 9, false, false), 0.0))
                .as("two tries and nine losses")
                .isEqualTo(new RetryDecider.Verdict.GiveUp(11, true));
        assertThat(RetryDecider.decide(loss, 0.5))
                .isEqualTo(new RetryDecider.Verdict.Retry(Duration.ofMinutes(2), 2));
    }

    private static String lost(Point point, double jitter) {
        return switch (RetryDecider.decide(
                new RetryDecider.Loss(
                        2,
                        point.get("counted"),
                        point.get("times"),
                        point.get("others"),
                        point.get("newer")),
                jitter)) {
            case RetryDecider.Verdict.Superseded _ -> "superseded";
            case RetryDecider.Verdict.GiveUp _ -> "given up";
            case RetryDecider.Verdict.Retry retry -> "again after " + retry.delay().toSeconds();
        };
    }

    /** Those of runs, and one that the contract does not have. */
    private static List<String> codes() {
        return Stream.concat(
                        Arrays.stream(ErrorCode.values())
                                .filter(code -> code.kind() == ErrorCode.Kind.RUN)
                                .map(ErrorCode::name),
                        Stream.of("TOMORROWS"))
                .toList();
    }

    private static String decide(Point point) {
        int spent = point.get("spent");
        return switch (RetryDecider.decide(
                new RetryDecider.Failure(
                        point.get("code"), point.get("retryable"), spent, point.get("newer")),
                0.0)) {
            case RetryDecider.Verdict.Superseded _ -> "superseded";
            case RetryDecider.Verdict.GiveUp _ -> "given up";
            case RetryDecider.Verdict.Retry retry ->
                    retry.spent() == spent ? "again for nothing" : "again";
        };
    }
}
