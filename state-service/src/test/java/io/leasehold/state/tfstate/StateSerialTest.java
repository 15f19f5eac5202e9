package io.leasehold.state.tfstate;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.state.problem.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateSerialTest {
    private static final String STATE =
            """
            {"version": 4, "outputs": {"serial": {"value": 7, "type": "number"}},
             "lineage": "länge-7",  "serial" :  SERIAL ,
             "resources": [ {"serial": 7} ]}
            """;

    @ParameterizedTest
    @CsvSource({"7, 8", "9, 10", "100, 3", "0, 9223372036854775807"})
    void nothingButTheSerialChanges(String before, long after) {
        byte[] changed = StateSerial.with(after, STATE.replace("SERIAL", before).getBytes(UTF_8));

        assertThat(new String(changed, UTF_8))
                .isEqualTo(STATE.replace("SERIAL", Long.toString(after)));
    }

    /** The parser reads piece by piece; wherever a piece ends, the place is right. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "ä", "€", "\uD83D\uDE00"})
    void theSerialIsFoundWhereverItStands(String padding) {
        for (int length = 3_900; length < 4_100; length++) {
            String padded =
                    STATE.replace("\"number\"", "\"" + padding.repeat(length) + "\"")
                            .replace("SERIAL", "1234");

            assertThat(new String(StateSerial.with(7, padded.getBytes(UTF_8)), UTF_8))
                    .isEqualTo(padded.replace("1234", "7"));
        }
    }

    @Test
    void aStateThatTofuEncryptedKeepsItsSerialWithin() {
        String encrypted = "{\"serial\":1,\"lineage\":\"l\",\"encrypted_data\":\"c2VjcmV0\"}";

        assertThatThrownBy(() -> StateSerial.with(2, encrypted.getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        Refusal.class, e -> assertThat(e.code()).isEqualTo("STATE_ENCRYPTED"));
    }

    @Test
    void aStateInAnotherEncodingIsRefusedAndNotSpoilt() {
        byte[] odd = STATE.replace("SERIAL", "7").getBytes(UTF_16);

        assertThatThrownBy(() -> StateSerial.with(8, odd))
                .isInstanceOfSatisfying(
                        Refusal.class, e -> assertThat(e.code()).isEqualTo("STATE_INVALID"));
    }
}
