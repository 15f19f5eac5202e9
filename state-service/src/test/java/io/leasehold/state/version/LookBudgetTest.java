package io.leasehold.state.version;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LookBudgetTest {
    private final LookBudget budget = new LookBudget(10);

    @Test
    void whatDoesNotFitBesideTheOthersIsSentAway() {
        assertThat(budget.take(6)).isTrue();
        assertThat(budget.take(5)).isFalse();
        assertThat(budget.take(4)).isTrue();

        budget.giveBack(6);

        assertThat(budget.take(5)).isTrue();
    }

    @Test
    void whatIsLargerThanAllIsOpenedAlone() {
        assertThat(budget.take(11)).isTrue();
        assertThat(budget.take(1)).isFalse();

        budget.giveBack(11);

        assertThat(budget.take(1)).isTrue();
        assertThat(budget.take(11)).isFalse();
    }
}
