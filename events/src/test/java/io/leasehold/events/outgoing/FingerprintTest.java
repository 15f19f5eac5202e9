package io.leasehold.events.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FingerprintTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "connect to 10.0.0.7:5432 failed         | connect to 10.0.0.8:5432 failed",
                "run 0199c4f5-00aa-7000-8000-00000000000a | run 0199c4f6-00bb-7000-9000-00000000000b",
                "database acme does not exist            | database globex does not exist",
                "tenant \"Acme Inc\" exists               | tenant \"Globex\" exists",
                "role 'acme_app' is missing              | role 'globex_app' is missing",
                "/stacks/0/size is 3, wants 4            | /stacks/12/size is 30, wants 41",
                "Timed out   after 30s                   | timed out after 7s",
            })
    void isTheSameForOneCauseWhomeverItHits(String acme, String globex) {
        assertThat(Fingerprint.of("CONFIG", "apply", acme, "acme"))
                .isEqualTo(Fingerprint.of("CONFIG", "apply", globex, "globex"))
                .matches("[0-9a-f]{16}");
    }

    @Test
    void differsByCodeByStageAndByWhatIsSaid() {
        String one = Fingerprint.of("CONFIG", "apply", "no such table", null);

        assertThat(Fingerprint.of("AUTHZ", "apply", "no such table", null)).isNotEqualTo(one);
        assertThat(Fingerprint.of("CONFIG", "plan", "no such table", null)).isNotEqualTo(one);
        assertThat(Fingerprint.of("CONFIG", "apply", "no such role", null)).isNotEqualTo(one);
    }

    @Test
    void staysWhatItWasSinceItIsKeptAndCompared() {
        assertThat(Fingerprint.of("NETWORK", "apply", "no way to 10.0.0.7:5432", "acme"))
                .isEqualTo("6b44b480cf33094f");
    }

    @Test
    void neitherNamesNorNumbersAreLeftOfAReason() {
        assertThat(
                        Fingerprint.words(
                                "Acme: row 7 of \"secret\"\n isn't\u0000'it'", List.of("acme")))
                .isEqualTo("*: row * of * isn't *");
    }
}
