package io.leasehold.state.version;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.StateDiff;
import io.leasehold.ledger.api.StateDiff.Attribute;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateDifferTest {
    private static final String SECRET = "hunter2";

    @Test
    void addressesAreThoseThatTofuWrites() {
        String state =
                state(
                        "",
                        resource("managed", "a", "", instance("", "{}")),
                        resource("data", "a", "", instance("", "{}")),
                        resource("managed", "a", "module.m[\\\"x\\\"]", instance("", "{}")),
                        resource(
                                "managed",
                                "b",
                                "",
                                instance("\"index_key\":0,", "{}"),
                                instance("\"index_key\":\"k\",", "{}"),
                                instance("\"deposed\":\"0a1b\",", "{}")));

        assertThat(diff(state(""), state).added())
                .containsExactly(
                        "data.thing.a",
                        "module.m[\"x\"].thing.a",
                        "thing.a",
                        "thing.b (deposed 0a1b)",
                        "thing.b[\"k\"]",
                        "thing.b[0]");
        assertThat(diff(state, state("")).removed()).hasSize(6);
        assertThat(diff(state, state)).isEqualTo(nothing());
    }

    @Test
    void whatIsForgottenIsManagedAndTheFirstOfItAreNamed() {
        String[] seven =
                IntStream.range(0, 7)
                        .mapToObj(i -> resource("managed", "n" + i, "", instance("", "{}")))
                        .toArray(String[]::new);
        String looksUp = state("", resource("data", "a", "", instance("", "{}")));

        assertThat(forgotten(looksUp, state(""))).isEqualTo(new Forgotten(true, 0, List.of()));
        assertThat(forgotten(state("", seven), state("", seven[0], seven[1])).words("are"))
                .contains(": 5 (thing.n2, thing.n3, thing.n4, thing.n5, thing.n6).");
        assertThat(forgotten(state("", seven), looksUp).words("are"))
                .contains(": 7 (thing.n0, ", "thing.n4, and 2 more).");
        assertThat(forgotten("{\"encrypted_data\":\"\"}", state("")).words("are"))
                .contains("cannot be told");
    }

    private static Forgotten forgotten(String current, String other) {
        Forgotten.Look look = new Forgotten.Look();
        look.seeCurrent(current.getBytes(UTF_8));
        look.seeInItsPlace(other.getBytes(UTF_8));
        return look.result();
    }

    @ParameterizedTest(name = "{0} to {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{'a':1}          | {'a':2}              | a changed",
                "{'a':1}          | {'a':1,'b':2}        | b added",
                "{'a':1,'b':2}    | {'a':1}              | b removed",
                "{'a':null}       | {'a':1}              | a added",
                "{'a':1}          | {'a':null}           | a removed",
                "{'a':{'b':1}}    | {'a':{'b':2}}        | a.b changed",
                "{'a':[1,2]}      | {'a':[1,3,4]}        | a[1] changed, a[2] added",
                "{'a':[{'b':1}]}  | {'a':[{'b':2}]}      | a[0].b changed",
                "{'a':{}}         | {'a':[]}             | a changed",
                "{'a':'1'}        | {'a':1}              | a changed",
                "{'b':1,'a':{'y':1,'x':2}} | {'a':{'x':2,'y':1},'b':1} | same",
                "{'a':9007199254740993} | {'a':9007199254740992} | a changed"
            })
    void attributesAreToldByPath(String before, String after, String expected) {
        StateDiff diff =
                diff(
                        state("", resource("managed", "r", "", instance("", json(before)))),
                        state("", resource("managed", "r", "", instance("", json(after)))));

        assertThat(words(diff)).isEqualTo(expected);
    }

    @Test
    void ofASecretNothingButItsPlaceIsTold() {
        String marks =
                "\"sensitive_attributes\":[[{\"type\":\"get_attr\",\"value\":\"password\"}],"
                        + "[{\"type\":\"get_attr\",\"value\":\"data\"},{\"type\":\"index\",\"value\":"
                        + "{\"value\":\"key\",\"type\":\"string\"}}]],";
        StateDiff diff =
                diff(
                        state(
                                "",
                                resource(
                                        "managed",
                                        "r",
                                        "",
                                        instance(
                                                marks,
                                                json(
                                                        "{'password':{'x':'1'},'data':{'key':{'x':1},'open':1}}")))),
                        state(
                                "",
                                resource(
                                        "managed",
                                        "r",
                                        "",
                                        instance(
                                                marks,
                                                json(
                                                        "{'password':{'y':'hunter2'},'data':{'key':{'hunter2':2},'open':2}}")))));

        assertThat(diff.changed().getFirst().attributes())
                .containsExactly(
                        new Attribute("data.key", "changed", true),
                        new Attribute("data.open", "changed", false),
                        new Attribute("password", "changed", true));
        assertThat(diff.toString()).doesNotContain(SECRET);
    }

    @Test
    void noValueIsEverTold() {
        StateDiff diff =
                diff(
                        state(
                                "\"o\":{\"value\":\"hunter2\",\"type\":\"string\"}",
                                resource(
                                        "managed",
                                        "r",
                                        "",
                                        instance("", json("{'a':'hunter2','l':['hunter2']}")))),
                        state("", resource("managed", "r", "", instance("", json("{'a':'x'}")))));

        assertThat(words(diff)).isEqualTo("a changed, l removed");
        assertThat(diff.removed()).containsExactly("output.o");
        assertThat(diff.toString()).doesNotContain(SECRET);
    }

    @Test
    void outputsAreComparedByName() {
        StateDiff diff =
                diff(
                        state(
                                "\"a\":{\"value\":1},\"b\":{\"value\":1,\"sensitive\":true},\"c\":{\"value\":1}"),
                        state(
                                "\"a\":{\"value\":2},\"b\":{\"value\":2,\"sensitive\":true},\"c\":{\"value\":1,\"sensitive\":true}"));

        assertThat(diff.changed())
                .containsExactly(
                        new StateDiff.Change(
                                "output.a", List.of(new Attribute("value", "changed", false))),
                        new StateDiff.Change(
                                "output.b", List.of(new Attribute("value", "changed", true))),
                        new StateDiff.Change(
                                "output.c",
                                List.of(new Attribute("(sensitive)", "changed", false))));
    }

    @Test
    void whatIsNoAttributeIsToldInParentheses() {
        StateDiff diff =
                diff(
                        state("", resource("managed", "r", "", instance("", "{}"))),
                        state(
                                "",
                                resource(
                                        "managed",
                                        "r",
                                        "",
                                        instance("\"status\":\"tainted\",", "{}"))));

        assertThat(words(diff)).isEqualTo("(status) changed");
    }

    @Test
    void aResourceWhoseNameComesLastIsReadAllTheSame() {
        String odd =
                "{\"instances\":[{\"attributes\":{}}],\"mode\":\"managed\",\"name\":\"r\",\"type\":\"thing\"}";

        assertThat(diff(state(""), state("", odd)).added()).containsExactly("thing.r");
    }

    @Test
    void ofVeryManyTheFirstAreToldAndThatThereAreMore() {
        String many =
                IntStream.range(0, 500)
                        .mapToObj(i -> instance("\"index_key\":" + i + ",", "{\"a\":1}"))
                        .collect(Collectors.joining(","));
        String before = state("", resource("managed", "r", "", many));
        String after = before.replace("\"a\":1", "\"a\":2");

        StateDiff changed = diff(before, after);
        StateDiff added = diff(state(""), after);

        assertThat(changed.changed()).hasSize(StateDiffer.MOST_ADDRESSES);
        assertThat(changed.truncated()).isTrue();
        assertThat(added.added()).hasSize(StateDiffer.MOST_ADDRESSES);
        assertThat(added.truncated()).isTrue();
    }

    @Test
    void aStateThatTofuEncryptedCannotBeCompared() {
        String encrypted = "{\"serial\":1,\"lineage\":\"l\",\"encrypted_data\":\"c2VjcmV0\"}";

        assertThat(diff(encrypted, state("")).readable()).isFalse();
        assertThat(diff(state(""), encrypted).readable()).isFalse();
    }

    private static StateDiff nothing() {
        return new StateDiff(1, 2, true, List.of(), List.of(), List.of(), false);
    }

    private static StateDiff diff(String before, String after) {
        StateDiffer differ = new StateDiffer();
        differ.seeBefore(before.getBytes(UTF_8));
        differ.seeAfter(after.getBytes(UTF_8));
        if (differ.looksCloser()) {
            differ.holdBefore(before.getBytes(UTF_8));
            differ.compareAfter(after.getBytes(UTF_8));
        }
        return differ.result(1, 2);
    }

    private static String words(StateDiff diff) {
        return diff.changed().isEmpty()
                ? "same"
                : diff.changed().getFirst().attributes().stream()
                        .map(a -> a.path() + " " + a.kind())
                        .collect(Collectors.joining(", "));
    }

    private static String state(String outputs, String... resources) {
        return "{\"version\":4,\"serial\":1,\"lineage\":\"l\",\"outputs\":{%s},\"resources\":[%s]}"
                .formatted(outputs, String.join(",", resources));
    }

    private static String resource(String mode, String name, String module, String... instances) {
        return "{%s\"mode\":\"%s\",\"type\":\"thing\",\"name\":\"%s\",\"provider\":\"p\",\"instances\":[%s]}"
                .formatted(
                        module.isEmpty() ? "" : "\"module\":\"" + module + "\",",
                        mode,
                        name,
                        String.join(",", instances));
    }

    private static String instance(String more, String attributes) {
        return "{%s\"schema_version\":0,\"attributes\":%s}".formatted(more, attributes);
    }

    private static String json(String singleQuoted) {
        return singleQuoted.replace('\'', '"');
    }
}
