package io.leasehold.state.version;

import static io.leasehold.state.version.RollbackDeciderTest.STACK;
import static io.leasehold.state.version.RollbackDeciderTest.hold;
import static io.leasehold.state.version.RollbackDeciderTest.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.StateDeleteRequest;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.version.DeletionDecider.Use;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeletionDeciderTest {

    @ParameterizedTest(
            name = "version 3 is {0}, current {1}, applied {2}, lease {3}, lock {4}: {5}")
    @CsvSource(
            nullValues = "-",
            value = {
                "RUN,     5, 5, -,  -, -",
                "SEED,    5, 5, -,  -, -",
                "RUN,     -, 0, -,  -, -",
                "RUN,     3, 0, -,  -, STATE_CURRENT",
                "RUN,     5, 3, -,  -, STATE_IN_USE",
                "ORPHAN,  5, 5, -,  -, ORPHAN_STATE",
                "DELETED, 5, 5, -,  -, STATE_UNKNOWN",
                "NONE,    5, 5, -,  -, STATE_UNKNOWN",
                "RUN,     5, 5, l1, -, LOCKED",
                "RUN,     5, 5, -,  p, LOCKED"
            })
    void oneVersionIsHiddenWhenNothingNeedsIt(
            String kind,
            @Nullable Long current,
            long applied,
            @Nullable String lease,
            @Nullable String lock,
            @Nullable String expected) {
        assertThat(
                        DeletionDecider.objection(
                                        STACK,
                                        new StateDeleteRequest(3L, "why", null),
                                        hold(lease, lock),
                                        new Use(true, applied, false),
                                        current == null ? null : version(current, "RUN", "lin"),
                                        kind.equals("NONE") ? null : version(3, kind, "lin"))
                                .map(Refusal::code)
                                .orElse(null))
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "current {0}, live {1}, orphaned {2}, said {3}, lease {4}: {5}")
    @CsvSource(
            nullValues = "-",
            value = {
                "5, false, false, -,               -,  -",
                "5, true,  false, -,               -,  STACK_LIVE",
                "5, true,  false, acme/1/database, -,  -",
                "5, true,  false, acme/1/other,    -,  STACK_LIVE",
                "5, false, false, acme/1/other,    -,  STACK_LIVE",
                "5, false, true,  -,               -,  ORPHAN_STATE",
                "5, true,  true,  acme/1/database, -,  ORPHAN_STATE",
                "-, false, false, -,               -,  STATE_UNKNOWN",
                "5, true,  false, acme/1/database, l1, LOCKED",
                "5, false, false, -,               l1, LOCKED"
            })
    void aWholeStateIsHiddenWhenNothingLivesOrItIsSaidTwice(
            @Nullable Long current,
            boolean live,
            boolean orphaned,
            @Nullable String said,
            @Nullable String lease,
            @Nullable String expected) {
        assertThat(
                        DeletionDecider.objection(
                                        STACK,
                                        new StateDeleteRequest(null, "why", said),
                                        hold(lease, null),
                                        new Use(live, 0, orphaned),
                                        current == null ? null : version(current, "RUN", "lin"),
                                        null)
                                .map(Refusal::code)
                                .orElse(null))
                .isEqualTo(expected);
    }
}
