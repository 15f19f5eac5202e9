package io.leasehold.state.output;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.leasehold.events.EventJson;
import io.leasehold.events.outgoing.OutputValue;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.tfstate.StateOutput;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputsDeciderTest {
    private static final StackRef STACK = new StackRef("acme", 1, "database");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Test
    void onlyWhatTheBlueprintAllowsIsSeen() {
        OutputsDecider.Rendered seen =
                render(
                        List.of("host", "absent"),
                        Map.of("host", plain("db"), "internal", plain("x")));

        assertThat(seen.outputs()).containsOnlyKeys("host");
        assertThat(output(seen, "host").value()).isEqualTo(JSON.textNode("db"));
    }

    @Test
    void aSensitiveOutputIsAReferenceWithAKeyedHash() {
        OutputsDecider.Rendered seen =
                render(List.of("password"), Map.of("password", secret("hunter2")));

        OutputValue password = output(seen, "password");
        assertThat(password.value()).isNull();
        assertThat(password.ref()).isEqualTo("state://acme/1/database/outputs/password");
        assertThat(password.hmac()).isEqualTo("mac(\"hunter2\")");
        assertThat(seen.hash())
                .isNotEqualTo(
                        render(List.of("password"), Map.of("password", secret("other"))).hash());
    }

    @Test
    void aValueTooLargeForARecordIsAReference() {
        String large = "x".repeat(OutputsDecider.LARGEST_VALUE);
        OutputsDecider.Rendered seen =
                render(List.of("big", "small"), Map.of("big", plain(large), "small", plain("s")));

        assertThat(output(seen, "big").value()).isNull();
        assertThat(output(seen, "big").ref()).isEqualTo("state://acme/1/database/outputs/big");
        assertThat(output(seen, "small").value()).isEqualTo(JSON.textNode("s"));
    }

    @Test
    void manyValuesTogetherStayWithinWhatARecordHolds() {
        String value = "x".repeat(OutputsDecider.LARGEST_VALUE / 2);
        List<String> names = IntStream.range(0, 100).mapToObj(i -> "o" + i).toList();
        OutputsDecider.Rendered seen =
                OutputsDecider.render(
                        STACK,
                        names,
                        names.stream().collect(toMap(name -> name, _ -> plain(value))),
                        (_, _) -> "mac");

        assertThat(EventJson.write(seen.outputs()).length)
                .isLessThan(OutputsDecider.LARGEST_SNAPSHOT + 100 * 400);
        assertThat(seen.outputs()).hasSize(100);
    }

    @Test
    void theHashIsOfWhatIsSeenInAnyOrder() {
        Map<String, StateOutput> state =
                Map.of("host", plain("db"), "port", plain("5432"), "internal", plain("1"));

        assertThat(render(List.of("port", "host"), state).hash())
                .isEqualTo(
                        render(
                                        List.of("host", "port"),
                                        Map.of("host", plain("db"), "port", plain("5432")))
                                .hash());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "never published,                    ,     0, false, true",
        "equal and no newer,                 same, 1, true,  false",
        "equal for a newer generation,       same, 0, true,  true",
        "equal after they were made unready, same, 1, false, true",
        "other values,                       diff, 1, true,  true",
    })
    void equalOutputsArePublishedOnceForEachGeneration(
            String situation, String standing, long generation, boolean ready, boolean expected) {
        OutputsDecider.Rendered seen = render(List.of("host"), Map.of("host", plain("db")));
        String hash = "same".equals(standing) ? seen.hash() : standing;

        assertThat(
                        OutputsDecider.publishes(
                                new OutputsDecider.Standing(hash, generation, ready), seen, 1))
                .as(situation)
                .isEqualTo(expected);
    }

    private static OutputsDecider.Rendered render(
            List<String> allowed, Map<String, StateOutput> outputs) {
        return OutputsDecider.render(STACK, allowed, outputs, (_, value) -> "mac(" + value + ")");
    }

    private static OutputValue output(OutputsDecider.Rendered seen, String name) {
        return Objects.requireNonNull(seen.outputs().get(name));
    }

    private static StateOutput plain(String value) {
        return new StateOutput(false, type(), JSON.textNode(value));
    }

    private static StateOutput secret(String value) {
        return new StateOutput(true, type(), JSON.textNode(value));
    }

    private static JsonNode type() {
        return JSON.textNode("string");
    }
}
