package io.leasehold.provisioner.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentEncodingTest {
    private static final Map<String, String> ENVIRONMENT =
            Map.of("HOST", "db", "PGPASSWORD", "schlüssel");

    @Test
    void aLocaleWithoutALetterLosesTheValueThatHasIt() {
        assertThat(new EnvironmentEncoding(StandardCharsets.US_ASCII).losesIn(ENVIRONMENT))
                .contains("PGPASSWORD");
    }

    @Test
    void inUtf8EverythingArrives() {
        assertThat(new EnvironmentEncoding(StandardCharsets.UTF_8).losesIn(ENVIRONMENT)).isEmpty();
    }
}
