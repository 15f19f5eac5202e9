package io.leasehold.state.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.testsupport.MutableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RefusalBudgetTest {
    private final MutableClock clock = new MutableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final RefusalBudget budget = new RefusalBudget(2, clock);

    @Test
    void soManyAMinuteAreWrittenDownAndTheOthersAreCounted() {
        assertThat(budget.take("mallory")).hasValue(0);
        assertThat(budget.take("mallory")).hasValue(0);
        assertThat(budget.take("mallory")).isEmpty();
        clock.advance(Duration.ofSeconds(59));
        assertThat(budget.take("mallory")).isEmpty();

        clock.advance(Duration.ofSeconds(1));

        assertThat(budget.take("mallory")).hasValue(2);
        assertThat(budget.take("mallory")).hasValue(0);
        assertThat(budget.take("mallory")).isEmpty();
    }

    @Test
    void oneCallersAttemptsHideNoOthers() {
        for (int i = 0; i < 10; i++) {
            budget.take("mallory");
        }

        assertThat(budget.take("eve")).hasValue(0);
    }

    @Test
    void manyCallersCostNoMoreThanSome() {
        for (int i = 0; i < 5000; i++) {
            assertThat(budget.take("caller-" + i)).hasValue(0);
        }
        assertThat(budget.take("caller-0")).hasValue(0);
    }
}
