package io.leasehold.state.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.DriftReport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriftDeciderTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "first drift,                          DRIFTED,   true,  ,  a, 0, DETECTED",
        "the same again,                       DRIFTED,   true,  a, a, 0, SAME",
        "something else,                       DRIFTED,   true,  a, b, 0, CHANGED",
        "gone,                                 CLEAN,     true,  a, x, 0, RESOLVED",
        "nothing as before,                    CLEAN,     true,  ,  x, 0, QUIET",
        "failed once,                          FAILED,    true,  ,  x, 0, FAILED",
        "failed twice,                         FAILED,    true,  ,  x, 1, FAILED",
        "failed three times,                   FAILED,    true,  a, x, 2, FAILURE_TOLD",
        "told once only,                       FAILED,    true,  ,  x, 3, FAILED",
        "#36 found while a revision is due,    DRIFTED,   false, ,  a, 0, DISCARDED",
        "#36 gone while a revision is due,     CLEAN,     false, a, x, 0, DISCARDED",
    })
    void onlyEdgesAreTold(
            String situation,
            DriftReport.Result result,
            boolean current,
            String open,
            String found,
            int failures,
            DriftDecider.Edge expected) {
        assertThat(
                        DriftDecider.decide(
                                new DriftDecider.Check(result, current, open, found, failures)))
                .as(situation)
                .isEqualTo(expected);
    }
}
