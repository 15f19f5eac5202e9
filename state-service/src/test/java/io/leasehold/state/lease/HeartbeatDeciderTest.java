package io.leasehold.state.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.HeartbeatReply.Instruction;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeartbeatDeciderTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "nothing changed,                  APPLY,   PLANNING, 1, true,  active,    ,          0, CONTINUE",
        "#9 update during plan,            APPLY,   PLANNING, 2, true,  active,    ,          0, REPLAN",
        "#9 second update during plan,     APPLY,   PLANNING, 2, true,  active,    ,          1, REPLAN",
        "#9 third time it applies,         APPLY,   PLANNING, 2, true,  active,    ,          2, CONTINUE",
        "#8 update during apply,           APPLY,   APPLYING, 2, true,  active,    ,          0, CONTINUE",
        "#11 deleted during plan,          APPLY,   PLANNING, 2, false, deleted,   ,          0, DROP",
        "#12 deleted during apply,         APPLY,   APPLYING, 2, false, deleted,   ,          0, CONTINUE",
        "#20 suspended during apply,       APPLY,   APPLYING, 1, true,  suspended, ,          0, CONTINUE",
        "suspended during plan,            APPLY,   PLANNING, 1, true,  suspended, ,          0, DROP",
        "stack left its blueprint,         APPLY,   CLAIMED,  2, false, active,    ,          0, DROP",
        "destroy goes on,                  DESTROY, PLANNING, 2, false, deleted,   ,          0, CONTINUE",
        "wanted again while destroy plans, DESTROY, PLANNING, 2, true,  active,    ,          0, DROP",
        "wanted again while it destroys,   DESTROY, APPLYING, 2, true,  active,    ,          0, CONTINUE",
        "suspended while destroy plans,    DESTROY, PLANNING, 1, false, suspended, ,          0, DROP",
        "held during plan,                 APPLY,   PLANNING, 1, true,  active,    BREAKER,   0, DROP",
        "held during apply,                APPLY,   APPLYING, 1, true,  active,    BREAKER,   0, CONTINUE",
        "cancelled during plan,            APPLY,   PLANNING, 1, true,  active,    CANCELLED, 0, CANCEL",
        "cancelled during apply,           APPLY,   APPLYING, 1, true,  active,    CANCELLED, 0, CANCEL",
    })
    void theLedgerSaysWhatItWants(
            String situation,
            RunKind kind,
            RunPhase phase,
            long wantedRevision,
            boolean wanted,
            String lifecycle,
            String hold,
            int replans,
            Instruction expected) {
        assertThat(
                        HeartbeatDecider.decide(
                                new HeartbeatDecider.Situation(
                                        kind,
                                        phase,
                                        1,
                                        wantedRevision,
                                        wanted,
                                        lifecycle,
                                        hold,
                                        replans)))
                .as(situation)
                .isEqualTo(expected);
    }
}
