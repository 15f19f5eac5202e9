package io.leasehold.state.lease;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeaseVerdictTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "live,                                 true,      1,    100, LIVE",
        "live though the pulse is old,         true,      1, 60_000, LIVE",
        "just expired,                         true,      0,    100, LOST",
        "expired in running service time,      true, -1_000,  4_000, LOST",
        "time stood still: look again,         true, -1_000,  4_001, UNSURE",
        "somebody else's,                     false, 10_000,    100, LOST",
        "somebody else's though time stood,   false, -1_000, 60_000, LOST",
    })
    void anExpiredLeaseIsLostOnlyInRunningServiceTime(
            String situation, boolean held, String remaining, String pulse, LeaseVerdict expected) {
        assertThat(LeaseVerdict.of(held, number(remaining), number(pulse), 4_000))
                .as(situation)
                .isEqualTo(expected);
    }

    private static long number(String text) {
        return Long.parseLong(text.replace("_", ""));
    }
}
