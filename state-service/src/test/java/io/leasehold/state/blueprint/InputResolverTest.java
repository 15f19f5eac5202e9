package io.leasehold.state.blueprint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.EventJson;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputResolverTest {
    private static final String DOCUMENT =
            """
            apiVersion: leasehold.io/v1
            kind: Blueprint
            name: test
            version: 1.0.0
            variables:
              type: object
              additionalProperties: false
              properties:
                count: { type: integer }
                ratio: { type: number }
                word: { type: string }
                flag: { type: boolean }
                list: { type: array, items: { type: string } }
                nested:
                  type: object
                  additionalProperties: false
                  properties: { dbUrl: { type: string } }
                free: { type: object, additionalProperties: { type: string } }
                preset: { type: integer, default: 7 }
            stacks:
              net:
                module: { dir: m }
                outputs: [cidr, port, secret-name]
              app:
                module: { dir: m }
                inputs: { x: INPUT }
            """;

    private final InputResolver resolver = new InputResolver();

    private Resolution resolve(
            String input, String spec, Map<String, Map<String, JsonNode>> outputs) {
        BlueprintReader reader = new BlueprintReader();
        Blueprint blueprint =
                reader.read(reader.parse(DOCUMENT.replace("INPUT", input)), Map.of("m", "digest"));
        ObjectNode said = (ObjectNode) json(spec);
        Template app = Objects.requireNonNull(blueprint.stacks().get("app"));
        return resolver.resolve(
                blueprint,
                app,
                new Facts(
                        Facts.tenantOf("acme", 2, 9, said),
                        blueprint.variablesFor(said, "app"),
                        outputs));
    }

    private String resolved(String input, String variables) {
        Resolution resolution =
                resolve(
                        input,
                        "{\"name\":\"Acme\",\"labels\":{\"team\":\"blue\"},\"variables\":"
                                + variables
                                + "}",
                        Map.of(
                                "net",
                                Map.of("cidr", json("\"10.0.0.0/8\""), "port", json("8080"))));
        return switch (resolution) {
            case Resolution.Resolved it -> it.inputs().toString();
            case Resolution.Waiting it -> "waiting " + it.stacks();
            case Resolution.Failed it -> "failed " + it.reason();
        };
    }

    private static JsonNode json(String text) {
        try {
            return EventJson.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "${tenant.id}"                                   | {}                          | {"x":"acme"}
                    "${tenant.incarnation}"                          | {}                          | {"x":2}
                    "t-${tenant.id}-${tenant.generation}"            | {}                          | {"x":"t-acme-9"}
                    "${tenant.labels.team}"                          | {}                          | {"x":"blue"}
                    "${tenant.region}"                               | {}                          | {}
                    "plain"                                          | {}                          | {"x":"plain"}
                    "$${not.an.expression}"                          | {}                          | {"x":"${not.an.expression}"}
                    42                                               | {}                          | {"x":42}
                    "${var.count}"                                   | {"count":9007199254740993}  | {"x":9007199254740993}
                    "${var.ratio}"                                   | {"ratio":1.10}              | {"x":1.10}
                    "${var.ratio * 2.0}"                             | {"ratio":3}                 | {"x":6.0}
                    "${var.count + 1}"                               | {"count":9007199254740993}  | {"x":9007199254740994}
                    "${var.flag}"                                    | {"flag":true}               | {"x":true}
                    "${var.list}"                                    | {"list":["a","b"]}          | {"x":["a","b"]}
                    "${has(var.list) ? var.list : ['c']}"            | {}                          | {"x":["c"]}
                    "${var.word}"                                    | {}                          | {}
                    "${var.preset}"                                  | {}                          | {"x":7}
                    "${var.nested}"                                  | {"nested":{"dbUrl":"u"}}    | {"x":{"dbUrl":"u"}}
                    "${var.nested.dbUrl}"                            | {"nested":{"dbUrl":"u"}}    | {"x":"u"}
                    "${var.free['a-b']}"                             | {"free":{"a-b":"c"}}        | {"x":"c"}
                    "${stacks.net.outputs.port}"                     | {}                          | {"x":8080}
                    "${string(stacks.net.outputs.port) + '}'}"       | {}                          | {"x":"8080}"}
                    { a: "${var.word}", b: ["${tenant.id}", 1] }     | {}                          | {"x":{"b":["acme",1]}}
                    """)
    void aStringThatIsOneExpressionKeepsItsTypeAndNumbersStayExact(
            String input, String variables, String expected) {
        assertThat(resolved(input, variables)).isEqualTo(expected);
    }

    @Test
    void whatNeedsOutputsThatAreNotThereWaits() {
        assertThat(resolve("\"${stacks.net.outputs.cidr}\"", "{}", Map.of()))
                .isEqualTo(new Resolution.Waiting(Set.of("net")));
    }

    @Test
    void anOutputThatTheStackDidNotMakeIsAFailure() {
        assertThat(resolved("\"${stacks.net.outputs.`secret-name`}\"", "{}"))
                .isEqualTo("failed the stack net has no output secret-name");
    }

    @Test
    void aMissingVariableInAComputedTextIsAFailureThatNamesTheExpression() {
        assertThat(resolved("\"x-${var.word}\"", "{}"))
                .isEqualTo("failed x: ${var.word} is not text, number or bool");
        assertThat(resolved("\"${var.word + 'y'}\"", "{}"))
                .startsWith("failed x: ${var.word + 'y'}: ");
    }

    @Test
    void aFailureDoesNotQuoteWhatWasRead() {
        assertThat(resolved("\"${int(var.word)}\"", "{\"word\":\"s3cret\"}"))
                .startsWith("failed x: ")
                .doesNotContain("s3cret");
    }
}
