package io.leasehold.state.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionTest {
    @ParameterizedTest
    @CsvSource({
        "audit, audit_2026_05, 2026-06-01T00:00:00Z",
        "audit, audit_2026_12, 2027-01-01T00:00:00Z",
        "run_log, run_log_2026_05_04, 2026-05-11T00:00:00Z",
        "run_log, run_log_2026_12_28, 2027-01-04T00:00:00Z",
    })
    void aNameSaysWhenAMonthOrAWeekEnds(String table, String name, Instant end) {
        assertThat(Partition.of(table, name)).contains(new Partition(name, end));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "audit_rest",
                "audit_2026_13",
                "audit_2026",
                "audit",
                "aud",
                "audit_2026_05_x",
                "other_2026_05",
            })
    void allOtherNamesAreOfNoTime(String name) {
        assertThat(Partition.of("audit", name)).isEmpty();
    }

    @Test
    void aDayThatThereIsNotIsOfNoTime() {
        assertThat(Partition.of("run_log", "run_log_2026_02_30")).isEmpty();
    }
}
