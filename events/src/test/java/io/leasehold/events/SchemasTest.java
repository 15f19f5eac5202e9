package io.leasehold.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SchemasTest {
    private final JsonSchemaFactory factory =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    @ParameterizedTest
    @MethodSource("io.leasehold.events.Golden#all")
    void everyGoldenFitsBothSchemas(Golden golden) {
        JsonNode data = data(golden);

        assertThat(factory.getSchema(Schemas.publisher(golden.type())).validate(data)).isEmpty();
        assertThat(factory.getSchema(Schemas.consumer(golden.type())).validate(data)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("io.leasehold.events.Golden#all")
    void thePublishersSchemaIsClosedAndTheConsumersIsOpen(Golden golden) {
        ObjectNode data = data(golden).deepCopy();
        data.put("newer", 1);

        assertThat(factory.getSchema(Schemas.publisher(golden.type())).validate(data)).isNotEmpty();
        assertThat(factory.getSchema(Schemas.consumer(golden.type())).validate(data)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void theConsumersSchemaIsThePublishersOpened(EventType type) {
        ObjectNode opened = Schemas.publisher(type).deepCopy();
        open(opened);
        opened.put("$id", "https://leasehold.io/schemas/" + type.value() + "/1.0.0/consumer");

        assertThat(Schemas.consumer(type)).isEqualTo(opened);
    }

    @Test
    void everyTypeHasAGolden() {
        Set<EventType> types = new HashSet<>();
        Golden.all().map(Golden::type).forEach(types::add);

        assertThat(types).containsExactlyInAnyOrder(EventType.values());
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void namesTheTypeAndNothingToFetch(EventType type) {
        assertThat(Schemas.publisher(type).path("$id").asText())
                .isEqualTo("https://leasehold.io/schemas/" + type.value() + "/1.0.0/publisher");
        assertThat(Schemas.publisher(type).findValuesAsText("$ref"))
                .allMatch(ref -> ref.startsWith("#/$defs/"));
    }

    private static ObjectNode data(Golden golden) {
        JsonNode tree = golden.tree();
        return (ObjectNode) (tree.has("specversion") ? tree.path("data") : tree);
    }

    /** Drops what is closed: unknown fields and enum values are no errors for a consumer. */
    private static void open(JsonNode node) {
        if (node instanceof ObjectNode object) {
            if (object.path("additionalProperties").isBoolean()) {
                object.remove("additionalProperties");
            }
            if (object.path("type").asText().equals("string")) {
                object.remove("enum");
            }
        }
        Stream.of(node).flatMap(n -> n.valueStream()).forEach(SchemasTest::open);
    }
}
