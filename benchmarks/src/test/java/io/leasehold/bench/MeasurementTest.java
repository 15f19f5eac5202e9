package io.leasehold.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MeasurementTest {

    @Test
    void aPercentileIsTheTimeWithinWhichThatShareWasDone() {
        Measurement measured = measured(Approach.LOOP, 20, Duration.ofSeconds(4));

        assertThat(measured.percentile(0.50)).isEqualTo(Duration.ofMillis(10));
        assertThat(measured.percentile(0.95)).isEqualTo(Duration.ofMillis(19));
        assertThat(measured.percentile(1)).isEqualTo(Duration.ofMillis(20));
    }

    @Test
    void rateAndCpuAreCountedForEachTenant() {
        Measurement measured = measured(Approach.LOOP, 20, Duration.ofSeconds(4));

        assertThat(measured.tenantsPerSecond()).isEqualTo(5.0);
        assertThat(measured.tofuPerTenant()).isEqualTo(100.0);
        assertThat(measured.restPerTenant()).isEqualTo(10.0);
        assertThat(measured.postgresPerTenant()).isEqualTo(1.0);
    }

    @Test
    void theShareOfTheCeilingComparesTheSamePhaseOfTheSameModule() {
        Measurement ours = measured(Approach.OURS, 20, Duration.ofSeconds(4));
        Measurement ceiling = measured(Approach.CEILING, 20, Duration.ofSeconds(2));
        Results results = new Results(2, 4, List.of(ours, ceiling), Map.of());

        assertThat(Report.ofCeiling(results, ours)).contains(0.5);
        assertThat(Report.ofCeiling(new Results(2, 4, List.of(ours), Map.of()), ours)).isEmpty();
    }

    private static Measurement measured(Approach approach, int tenants, Duration wall) {
        List<Duration> done =
                IntStream.rangeClosed(1, tenants).mapToObj(Duration::ofMillis).toList().reversed();
        return new Measurement(
                BenchModule.SMALL,
                approach,
                Phase.CREATE,
                wall,
                done,
                new Cpu(2000, Map.of("one", 150L, "other", 50L), 20));
    }
}
