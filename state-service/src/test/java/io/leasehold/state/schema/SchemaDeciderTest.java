package io.leasehold.state.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.schema.SchemaDecider.Fit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaDeciderTest {
    @ParameterizedTest
    @CsvSource({
        "17, 17,   14, SAME,    true",
        "17, 17,   17, SAME,    true",
        "17, 17,     , SAME,    true",
        "17, 18,   14, NEWER,   true",
        "17, 25,   17, NEWER,   true",
        "17, 25,   18, TOO_NEW, false",
        "17, 16,   14, TOO_OLD, false",
        "17, 14,     , TOO_OLD, false",
        "17,   ,     , MISSING, false",
    })
    void whetherAServiceCanWorkOnASchema(
            int own, @Nullable Integer level, @Nullable Integer floor, Fit fit, boolean works) {
        assertThat(SchemaDecider.decide(own, level, floor)).isEqualTo(fit);
        assertThat(fit.works()).isEqualTo(works);
    }
}
