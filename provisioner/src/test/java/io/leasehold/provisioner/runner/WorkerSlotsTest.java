package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.provisioner.sandbox.ProbeResult;
import io.leasehold.provisioner.sandbox.Tier;
import io.leasehold.provisioner.workshop.Settings;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As many lifecycle slots as the tier can have. */
class WorkerSlotsTest {

    @ParameterizedTest
    @CsvSource({
        "BUBBLEWRAP, 1, true",
        "BUBBLEWRAP, 8, true",
        "LANDLOCK, 1, true",
        "LANDLOCK, 2, false",
        "NONE, 1, true",
        "NONE, 2, false",
    })
    void moreSlotsThanATierRunsAtATimeAreRefusedByTheirSetting(
            Tier tier, int slots, boolean taken) {
        RunnerConfig config =
                Settings.of(
                        RunnerConfig.class,
                        Map.of(
                                "leasehold.runner.slots", Integer.toString(slots),
                                "leasehold.runner.heartbeat", "PT4S",
                                "leasehold.runner.silence", "PT10M",
                                "leasehold.runner.grace", "PT5M"));

        assertThat(Worker.tooMany(tier, config).isEmpty()).isEqualTo(taken);
        assertThat(Worker.tooMany(tier, config).stream())
                .allSatisfy(refused ->
                        assertThat(refused)
                                .isInstanceOfSatisfying(
                                        ProbeResult.Failed.class,
                                        failed ->
                                                assertThat(failed.part())
                                                        .startsWith(
                                                                "leasehold.runner.slots is 2")));
    }
}
