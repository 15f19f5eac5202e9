package io.leasehold.state.tfstate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.state.problem.Refusal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateDocumentTest {
    @Test
    void aStateIsReadForItsLineageAndSerial() {
        assertThat(
                        read(
                                "{\"version\":4,\"serial\":9007199254740993,\"lineage\":\"l\",\"resources\":[{\"x\":[1,{}]}]}"))
                .isEqualTo(new StateDocument("l", 9007199254740993L, false));
    }

    @Test
    void anEncryptedStateHasNoVersion() {
        assertThat(read("{\"serial\":3,\"lineage\":\"l\",\"meta\":{},\"encrypted_data\":\"eA==\"}"))
                .isEqualTo(new StateDocument("l", 3, true));
    }

    @Test
    void whatIsWrongIsSaidWithoutQuotingTheState() {
        assertThatThrownBy(() ->
                        read(
                                "{\"version\":4,\"serial\":1,\"lineage\":\"l\",\"outputs\":{\"a\":hunter2}}"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("line 1")
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() ->
                        read("{\"version\":4,\"serial\":99999999999999999999,\"lineage\":\"l\"}"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("serial");
        assertThatThrownBy(() -> read("[".repeat(5000))).isInstanceOf(Refusal.class);
    }

    @Test
    void aStateThatIsNestedTooDeepIsRefusedAndNotAFault() {
        String deep = "[".repeat(1100) + "]".repeat(1100);

        assertThatThrownBy(() ->
                        read(
                                "{\"version\":4,\"serial\":1,\"lineage\":\"l\",\"outputs\":{\"o\":{\"value\":"
                                        + deep
                                        + "}}}"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("limits");
    }

    @Test
    void outputsKeepTheirOrderTypesAndDigits() {
        Map<String, StateOutput> outputs =
                StateDocument.outputs(
                                """
                                {"version":4,"outputs":{"b":{"value":1.10,"type":"number"},
                                "a":{"value":["x"],"type":["list","string"],"sensitive":true}},"serial":1}
                                """
                                        .getBytes(UTF_8))
                        .orElseThrow();

        assertThat(outputs.keySet()).containsExactly("b", "a");
        assertThat(List.copyOf(outputs.values()))
                .extracting(
                        output -> output.sensitive() + " " + output.type() + " " + output.value())
                .containsExactly("false \"number\" 1.10", "true [\"list\",\"string\"] [\"x\"]");
        assertThat(outputs.values().toString()).doesNotContain("\"x\"");
    }

    @Test
    void aStateWithoutOutputsHasNone() {
        assertThat(StateDocument.outputs("{\"serial\":1,\"encrypted_data\":\"x\"}".getBytes(UTF_8)))
                .contains(Map.of());
    }

    @Test
    void outputsThatWouldFillTheHeapAsATreeAreNotRead() {
        String many = "{},".repeat(StateDocument.MAX_OUTPUTS / 3);
        byte[] state =
                ("{\"resources\":[],\"outputs\":{\"o\":{\"value\":[" + many + "0]}},\"serial\":1}")
                        .getBytes(UTF_8);

        assertThat(StateDocument.outputs(state)).isEmpty();
    }

    @Test
    void whatIsJudgedMayNotBeThereTwiceAndEncryptedDataMustBeData() {
        assertThatThrownBy(() ->
                        read("{\"version\":4,\"serial\":1,\"lineage\":\"l\",\"lineage\":\"m\"}"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("twice");
        assertThatThrownBy(() ->
                        read(
                                "{\"serial\":1,\"lineage\":\"l\",\"encrypted_data\":\"{not base64}\"}"))
                .isInstanceOf(Refusal.class)
                .hasMessageNotContaining("not base64");
    }

    private static StateDocument read(String text) {
        return StateDocument.read(text.getBytes(UTF_8));
    }
}
