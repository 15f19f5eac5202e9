package io.leasehold.state.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.problem.Refusal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReleaseDeciderTest {

    @ParameterizedTest(name = "{0} {1}, said twice {2}: {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                "run,    alive, -,    HOLDER_ALIVE",
                "run,    alive, mine, -",
                "run,    alive, not,  LOCK_CHANGED",
                "run,    dead,  -,    -",
                "run,    dead,  mine, -",
                "run,    dead,  not,  LOCK_CHANGED",
                "person, alive, -,    HOLDER_ALIVE",
                "person, alive, mine, -",
                "person, alive, not,  LOCK_CHANGED"
            })
    void aHolderThatMayLiveLosesTheStackOnlyWhenItIsSaidTwice(
            String kind, String alive, @Nullable String saidTwice, @Nullable String expected) {
        Holder holder =
                kind.equals("run")
                        ? new Holder.Run("mine", "w", alive.equals("alive"), 1)
                        : new Holder.Person("mine", "me", "then");

        assertThat(ReleaseDecider.objection(holder, saidTwice).map(Refusal::code).orElse(null))
                .isEqualTo(expected);
    }
}
