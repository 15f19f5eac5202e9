package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandInRoundsTest {
    private final HandInRounds rounds = new HandInRounds();

    @Test
    void whatFailedIsTriedAndOutcomesAreToldInTheFirstRoundAndEachFifteenthAfterIt() {
        List<Integer> again = new ArrayList<>();
        List<Integer> told = new ArrayList<>();
        for (int i = 0; i < 31; i++) {
            if (rounds.again()) {
                again.add(i);
            }
            if (rounds.over(false)) {
                told.add(i);
            }
        }

        assertThat(again).containsExactly(0, 15, 30);
        assertThat(told).isEqualTo(again);
    }

    @Test
    void outcomesAreToldWhileAStateWaitsAndAtOnceWhenNoneDoesAnyMore() {
        List<Integer> told = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            if (rounds.over(i < 17)) {
                told.add(i);
            }
        }

        assertThat(told).containsExactly(0, 15, 17);
    }
}
