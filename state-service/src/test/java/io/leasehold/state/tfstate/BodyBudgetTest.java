package io.leasehold.state.tfstate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BodyBudgetTest {
    private final BodyBudget budget = new BodyBudget(100);
    private final List<String> granted = new ArrayList<>();

    @Test
    void sharesAreGrantedInTheOrderOfAskingAsRoomComesFree() {
        BodyBudget.Share first = ask("first", 60);
        ask("second", 60);
        ask("third", 10);
        assertThat(granted).containsExactly("first");

        first.release();

        assertThat(granted).containsExactly("first", "second", "third");
    }

    @Test
    void whoGivesUpIsNeverServedAndHoldsUpNobody() {
        ask("first", 60);
        BodyBudget.Share second = ask("second", 60);
        ask("third", 10);

        assertThat(second.giveUp()).isTrue();

        assertThat(granted).containsExactly("first", "third");
        assertThat(second.giveUp()).isFalse();
    }

    @Test
    void whatIsLargerThanAllThereIsGetsAllThereIs() {
        BodyBudget.Share first = ask("first", 1000);
        ask("second", 1);
        assertThat(granted).containsExactly("first");

        first.release();
        first.release();

        assertThat(granted).containsExactly("first", "second");
        ask("third", 99);
        assertThat(granted).containsExactly("first", "second", "third");
    }

    private BodyBudget.Share ask(String who, long bytes) {
        return budget.ask(bytes, () -> granted.add(who));
    }
}
