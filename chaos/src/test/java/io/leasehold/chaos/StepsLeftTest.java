package io.leasehold.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.faults.Moment;
import io.leasehold.faults.Step;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is tried where a step is planned. */
class StepsLeftTest {
    private static final Hit.AtStep CLAIM = at(Step.CLAIM);
    private static final Hit.AtStep TAKEN = at(Step.PLAN_TAKEN);
    private static final Hit.AtStep FORGOTTEN = at(Step.STATE_FORGOTTEN);
    private static final Hit.AtStep COMMIT = at(Step.COMMIT);

    private final StepsLeft left = new StepsLeft();

    @Test
    void whatHadNoKillYetIsTriedAsPlanned() {
        left.missed(TAKEN);

        assertThat(left.due(CLAIM)).isEqualTo(CLAIM);
        assertThat(left.due(TAKEN)).isEqualTo(TAKEN);
    }

    @Test
    void oneThatHadItsKillGivesItsTurnToThoseMissedOneAfterTheOther() {
        left.struck(CLAIM);
        left.missed(TAKEN);
        left.missed(FORGOTTEN);

        assertThat(left.due(CLAIM)).isEqualTo(TAKEN);
        left.missed(TAKEN);
        assertThat(left.due(CLAIM)).isEqualTo(FORGOTTEN);
        left.struck(FORGOTTEN);
        assertThat(left.due(CLAIM)).isEqualTo(TAKEN);
        left.struck(TAKEN);
        assertThat(left.due(CLAIM)).isEqualTo(CLAIM);
    }

    @Test
    void nobodyStandsInForAnotherService() {
        left.struck(COMMIT);
        left.missed(TAKEN);

        assertThat(left.due(COMMIT)).isEqualTo(COMMIT);
    }

    @Test
    void whatHadItsKillIsNotMissed() {
        left.struck(CLAIM);
        left.missed(CLAIM);
        left.struck(TAKEN);

        assertThat(left.due(TAKEN)).isEqualTo(TAKEN);
    }

    private static Hit.AtStep at(Step step) {
        return new Hit.AtStep(Duration.ZERO, step, Moment.BEFORE);
    }
}
