package io.leasehold.events.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class SnakeCaseTest {
    @ParameterizedTest
    @CsvFileSource(resources = "/io/leasehold/events/golden-snake-case.csv", numLinesToSkip = 1)
    void followsTheGoldenTable(String camelCase, String snakeCase) {
        assertThat(SnakeCase.of(camelCase)).isEqualTo(snakeCase);
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/io/leasehold/events/golden-snake-case.csv", numLinesToSkip = 1)
    void leavesAloneWhatAlreadyIsSnakeCase(String camelCase, String snakeCase) {
        assertThat(SnakeCase.of(snakeCase)).as(camelCase).isEqualTo(snakeCase);
    }
}
