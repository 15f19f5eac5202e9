package io.leasehold.events.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.Golden;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecHashTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1,\"b\":2}|{\"b\":2,\"a\":1}",
                "{\"a\":1}|{\"a\":1.0}",
                "{\"a\":100}|{\"a\":1e2}",
                "{\"a\":0}|{\"a\":-0.00}",
                "{\"a\":\"é\"}|{\"a\":\"\\u00e9\"}",
                "{\"a\":1}|{\"a\":1,\"tenantId\":\"x\",\"incarnation\":7,\"generation\":9}",
                "{\"a\":1}|{\"a\":1,\"requestedBy\":\"x\",\"extensions\":{\"x\":1}}"
            })
    void isTheSameForWhatWantsTheSame(String one, String other) throws IOException {
        assertThat(SpecHash.of(tree(one))).isEqualTo(SpecHash.of(tree(other)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":9007199254740992}|{\"a\":9007199254740993}",
                "{\"a\":0.1}|{\"a\":0.10000000000000000000000001}",
                "{\"a\":[1,2]}|{\"a\":[2,1]}",
                "{\"a\":null}|{}",
                "{\"a\":\"1\"}|{\"a\":1}",
                "{\"a\":true}|{\"a\":\"true\"}",
                "{\"lifecycle\":\"active\"}|{\"lifecycle\":\"suspended\"}",
                "{\"variables\":{\"tenantId\":1}}|{\"variables\":{}}"
            })
    void differsForWhatDoesNot(String one, String other) throws IOException {
        assertThat(SpecHash.of(tree(one))).isNotEqualTo(SpecHash.of(tree(other)));
    }

    @Test
    void ordersKeysByUtf16UnitsAndEscapesAsRfc8785Does() throws IOException {
        ObjectNode tree =
                tree(
                        "{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"é\":6}");

        assertThat(CanonicalJson.of(tree))
                .isEqualTo("{\"\\r\":2,\"1\":4,\"é\":6,\"€\":1,\"😀\":5,\"\ufb33\":3}");
    }

    @Test
    void isNotOutwittedByAnExponent() throws IOException {
        assertThat(CanonicalJson.of(tree("{\"a\":1e400,\"b\":-2.50e-7}")))
                .isEqualTo("{\"a\":1e400,\"b\":-25e-8}");
    }

    @Test
    void leavesTheTreeAlone() throws IOException {
        ObjectNode tree = tree("{\"tenantId\":\"x\",\"a\":1}");

        SpecHash.of(tree);

        assertThat(tree.has("tenantId")).isTrue();
    }

    private static ObjectNode tree(String json) throws IOException {
        return (ObjectNode) Golden.PLAIN.readTree(json);
    }
}
