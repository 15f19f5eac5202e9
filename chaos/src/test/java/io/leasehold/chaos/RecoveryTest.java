package io.leasehold.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.embedded.platform.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    private static final Instant BEGIN = Instant.parse("2026-05-04T12:00:00Z");
    private static final Life LIFE = new Life("acme", 1);

    @Test
    void eachVictimIsBackWithTheFirstProgressThatNeedsIt() {
        List<Observed.Ran> runs = List.of(ran("vm", 1, 5), ran("runner", 8, 9), ran("vm", 20, 21));
        List<Acknowledged> events =
                List.of(
                        // Sent before, so that its answer may have been on the way.
                        event(1, 3), event(6, 12));

        Recovery recovery =
                Recovery.of(
                        List.of(
                                kill(Service.PROVISIONER, 2),
                                kill(Service.RUNNER, 2),
                                kill(Service.STATE_SERVICE, 2),
                                kill(Service.PLATFORM_POSTGRES, 6),
                                kill(Service.PLATFORM_KAFKA, 2),
                                kill(Service.RUNNER, 30)),
                        runs,
                        events);

        assertThat(recovery.times())
                .containsEntry(Service.PROVISIONER, List.of(Duration.ofSeconds(18)))
                .containsEntry(Service.RUNNER, List.of(Duration.ofSeconds(6)))
                .containsEntry(Service.STATE_SERVICE, List.of(Duration.ofSeconds(3)))
                .containsEntry(Service.PLATFORM_POSTGRES, List.of(Duration.ofSeconds(2)))
                .containsEntry(Service.PLATFORM_KAFKA, List.of(Duration.ofSeconds(10)));
        assertThat(recovery.unmeasured()).isEqualTo(1);
    }

    @Test
    void aPercentileIsTheTimeWithinWhichThatShareWasBack() {
        List<Duration> times = IntStream.rangeClosed(1, 20).mapToObj(Duration::ofSeconds).toList();

        assertThat(Recovery.percentile(times, 0.5)).isEqualTo(Duration.ofSeconds(10));
        assertThat(Recovery.percentile(times, 0.95)).isEqualTo(Duration.ofSeconds(19));
    }

    private static Kill kill(Service victim, int second) {
        return new Kill(victim, BEGIN.plusSeconds(second), "");
    }

    private static Observed.Ran ran(String worker, int from, int to) {
        return new Observed.Ran(
                worker + from, LIFE, worker, BEGIN.plusSeconds(from), BEGIN.plusSeconds(to));
    }

    private static Acknowledged event(int sent, int acknowledged) {
        return new Acknowledged(
                new Wish("acme", 1, 1, 1),
                BEGIN.plusSeconds(sent),
                BEGIN.plusSeconds(acknowledged),
                "topic",
                0,
                sent);
    }
}
