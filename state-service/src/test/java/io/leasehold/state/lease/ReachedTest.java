package io.leasehold.state.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReachedTest {
    private static Turns.Turn turn(int number) {
        return new Turns.Turn(
                "tenant-" + number, 1, "", "2026-01-01 00:00:%02d+00".formatted(number % 60));
    }

    @Test
    void whatLiesBetweenAFewThatWerePassedIsNotJumpedOver() {
        Turns.Reached now = Turns.Reached.NOTHING.past(List.of(turn(1), turn(9))).past(List.of());

        assertThat(now.at()).isEqualTo(Turns.Reached.NOTHING.at());
        assertThat(now.passed().split(" ")).contains("tenant-1/1/", "tenant-9/1/");
    }

    @Test
    void aLongWalkGoesOnFromWhereItCame() {
        Turns.Reached now =
                Turns.Reached.NOTHING.past(
                        IntStream.range(0, 2_000).mapToObj(ReachedTest::turn).toList());

        assertThat(now).isEqualTo(new Turns.Reached(turn(1_999).at(), "tenant-1999/1/"));
    }
}
