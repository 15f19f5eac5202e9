package io.leasehold.state.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.events.intake.Ordering;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourcesTest {

    private static Sources sources(String setting) {
        return new Sources(
                new SmallRyeConfigBuilder()
                        .withMapping(IntakeConfig.class)
                        .withDefaultValues(Map.of("leasehold.intake.sources", setting))
                        .build()
                        .getConfigMapping(IntakeConfig.class));
    }

    @Test
    void theFirstLineThatNamesTopicAndSourceDecides() {
        Sources sources =
                sources("lifecycle /crm generation,lifecycle * position,* /billing position");

        assertThat(sources.of("lifecycle", "/crm")).isEqualTo(Ordering.GENERATION);
        assertThat(sources.of("lifecycle", "/other")).isEqualTo(Ordering.POSITION);
        assertThat(sources.of("elsewhere", "/billing")).isEqualTo(Ordering.POSITION);
        assertThat(sources.of("elsewhere", "/crm")).isEqualTo(Ordering.GENERATION);
    }

    @Test
    void withoutALineSourcesAreOrderedByGeneration() {
        assertThat(sources("").of("lifecycle", "/crm")).isEqualTo(Ordering.GENERATION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lifecycle", "lifecycle position", "a b c d", "lifecycle /crm offset"})
    void aLineThatIsNoneEndsTheStartAndIsNamed(String line) {
        assertThatThrownBy(() -> sources(line))
                .hasMessageContaining("leasehold.intake.sources")
                .hasMessageContaining(line);
    }
}
