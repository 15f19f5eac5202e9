package io.leasehold.state.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.source.TrialDecider.Evidence;
import io.leasehold.state.source.TrialDecider.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrialDeciderTest {
    private static final int LIMIT = 3;

    @ParameterizedTest(
            name = "{0}: {1} deliveries, {2} before, {3} starts, database {4}, others {5}")
    @CsvSource(
            textBlock =
                    """
                    it ends each reader,                       3, 0,  2, false, false, AT_FAULT
                    one of several readers is not back yet,    3, 0,  1, false, false, AT_FAULT
                    it hangs one reader,                       3, 0,  0, false, false, AT_FAULT
                    a reader was ended without it,             3, 0,  3, false, false, TRY_ANEW
                    readers are ended all the time,            3, 0, 40, false, false, TRY_ANEW
                    the database went meanwhile,               3, 0,  2, true,  false, TRY_ANEW
                    another was there each time,               3, 0,  2, false, true,  TRY_ANEW
                    another is there once more,                3, 2,  2, false, true,  AT_FAULT
                    the next trial of a real one,              3, 2,  2, false, false, AT_FAULT
                    the last but one of many trials,           3, 26, 9, true,  false, TRY_ANEW
                    after so many nothing excuses it,          3, 28, 9, true,  true,  AT_FAULT
                    an older service counted on,               5, 0,  5, false, false, TRY_ANEW
                    """)
    void aRecordIsTakenForTheCauseWhereNothingElseExplainsIt(
            String name,
            int deliveries,
            int before,
            long starts,
            boolean databaseStarted,
            boolean others,
            Verdict verdict) {
        assertThat(
                        TrialDecider.decide(
                                new Evidence(deliveries, before, starts, databaseStarted, others),
                                LIMIT))
                .isEqualTo(verdict);
    }
}
