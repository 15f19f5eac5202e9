package io.leasehold.state.run;

import io.leasehold.events.ErrorCode;
import io.leasehold.state.DecisionTable;
import io.leasehold.state.DecisionTable.Point;
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
                        PROVIDER_CRASHED                           0          true       false  | again
                        TOMORROWS                                  0          true       false  | again
                        *                                          *          true       false  | given up
                        """)
                .axis("code", codes())
                .axis("spent", 0, 1, 2, 3, 4, 5, 6)
                .yesOrNo("retryable")
                .yesOrNo("newer")
                .holds(RetryTableTest::decide);
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
