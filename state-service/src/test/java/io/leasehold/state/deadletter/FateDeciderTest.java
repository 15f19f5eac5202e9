package io.leasehold.state.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.ReplayItemState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FateDeciderTest {

    @ParameterizedTest
    @CsvSource({
        "false, ,              SENT",
        "true,  ,              NOTHING",
        "true,  PENDING,       AT_WORK",
        "true,  BEHIND,        AT_WORK",
        "true,  APPLIED,       DONE",
        "true,  UNCHANGED,     DONE",
        "true,  SKIPPED,       DONE",
        "true,  FAILED,        FAILED",
        "true,  DEAD_LETTERED, FAILED",
        "true,  SUPERSEDED,    SUPERSEDED",
        "true,  STALE,         SUPERSEDED",
        "true,  DUPLICATE,     NOTHING",
        "true,  BELOW_WATERMARK, NOTHING",
    })
    void ofAnEventIsWhatBecameOfTheRecordThatWasSent(
            boolean takenIn, Disposition disposition, ReplayItemState expected) {
        assertThat(
                        FateDecider.of(
                                        new FateDecider.Sent.Event(
                                                takenIn, disposition, "CODE", "a reason"))
                                .state())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "CONFIG, true,  true,  FAILED",
        "CONFIG, false, false, FAILED",
        ",       true,  true,  DONE",
        ",       true,  false, DONE",
        ",       false, true,  SUPERSEDED",
        ",       false, false, AT_WORK",
    })
    void ofARunIsWhatBecameOfItsStack(
            String again, boolean applied, boolean movedOn, ReplayItemState expected) {
        assertThat(
                        FateDecider.of(
                                        new FateDecider.Sent.Run(
                                                again, "a reason", applied, movedOn))
                                .state())
                .isEqualTo(expected);
    }

    @Test
    void ofALetterThatWentIsNothing() {
        assertThat(FateDecider.of(new FateDecider.Sent.Gone()).state())
                .isEqualTo(ReplayItemState.NOTHING);
    }
}
