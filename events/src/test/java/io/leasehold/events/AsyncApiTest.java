package io.leasehold.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.leasehold.events.outgoing.DeadLetterHeaders;
import io.leasehold.events.outgoing.EventData;
import io.leasehold.events.outgoing.OutgoingRecord;
import io.leasehold.events.outgoing.Samples;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The document says what the code does: topics, settings, keys, headers and payloads. */
class AsyncApiTest {
    private final JsonNode document = load();

    @Test
    void hasEveryTopicWithItsSettings() {
        Map<String, JsonNode> channels = new TreeMap<>();
        document.path("channels").forEach(c -> channels.put(c.path("address").asText(), c));

        assertThat(channels.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Topics.all().stream().map(TopicSpec::name).toList());
        for (TopicSpec spec : Topics.all()) {
            JsonNode kafka = channels.getOrDefault(spec.name(), document).at("/bindings/kafka");
            assertThat(kafka.path("topic").asText()).isEqualTo(spec.name());
            assertThat(kafka.path("partitions").asInt()).isEqualTo(spec.partitions());
            assertThat(settings(kafka.path("topicConfiguration"))).isEqualTo(spec.config());
        }
    }

    @Test
    void receivesTenantEventsAndSendsTheRest() {
        for (JsonNode operation : document.path("operations")) {
            JsonNode channel = resolved(operation.path("channel"));
            assertThat(operation.path("action").asText())
                    .isEqualTo(
                            channel.path("address").asText().equals(Topics.TENANT_LIFECYCLE)
                                    ? "receive"
                                    : "send");
        }
        assertThat(document.path("operations")).hasSize(Topics.all().size());
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void hasAMessageForEveryTypeWithItsSchema(EventType type) {
        JsonNode message = message(type.value());
        String side = type.isTenantEvent() ? "publisher" : "consumer";

        assertThat(message.at("/payload/schema/$ref").asText())
                .isEqualTo("./schemas/" + side + "/" + type.value() + ".json");
        assertThat(channelOf(type.value()).path("address").asText()).startsWith("leasehold.");
    }

    @ParameterizedTest
    @MethodSource("io.leasehold.events.Golden#outgoing")
    void describesTheRecordsAsTheyAre(Golden golden) {
        EventData data = Samples.of(golden.name());
        OutgoingRecord record = OutgoingRecord.of(data, Samples.attributes(golden.name()));
        if (data.topic().equals(Topics.DEAD_LETTER)) {
            record = record.with(deadLetter(ErrorCode.PROVIDER_5XX, null).render());
        }
        JsonNode message = message(data.type().value());

        assertThat(channelOf(data.type().value()).path("address").asText())
                .isEqualTo(record.topic());
        assertThat(schema(message.path("headers")).validate(tree(record.headers()))).isEmpty();
        assertThat(
                        schema(message.at("/bindings/kafka/key"))
                                .validate(JsonNodeFactory.instance.textNode(key(record))))
                .isEmpty();
        assertThat(described(message.path("headers")))
                .containsAll(record.headers().stream().map(Header::name).toList());
    }

    @ParameterizedTest
    @MethodSource("io.leasehold.events.Golden#tenantEvents")
    void describesTheHeadersOfTenantEventsInBinaryMode(Golden golden) {
        JsonNode headers = message(golden.type().value()).path("headers");
        boolean binary = Headers.last(golden.headers(), Headers.CE_TYPE).isPresent();

        assertThat(schema(headers).validate(tree(golden.headers())).isEmpty()).isEqualTo(binary);
    }

    @Test
    void describesRefusedRecords() {
        DeadLetterHeaders letter =
                deadLetter(
                        ErrorCode.SCHEMA_VIOLATION,
                        new DeadLetterHeaders.Origin(Topics.TENANT_LIFECYCLE, 3, 42));
        JsonNode headers = document.at("/components/messages/refusedRecord/headers");

        assertThat(schema(headers).validate(tree(letter.render()))).isEmpty();
        assertThat(described(headers))
                .containsAll(letter.render().stream().map(Header::name).toList());
    }

    private static DeadLetterHeaders deadLetter(
            ErrorCode code, DeadLetterHeaders.@Nullable Origin origin) {
        return new DeadLetterHeaders(
                "dl-1",
                code,
                "why",
                origin == null ? List.of() : List.of("/variables/x"),
                origin,
                new DeadLetterHeaders.About("acme", 1L, 2L, "database", "run-1"),
                new DeadLetterHeaders.Failures("apply", 5, Instant.EPOCH, Instant.EPOCH),
                "1.0.0");
    }

    private JsonNode message(String type) {
        return Stream.of(document.at("/components/messages"))
                .flatMap(JsonNode::valueStream)
                .filter(message -> message.path("name").asText().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private JsonNode channelOf(String type) {
        return document.path("channels")
                .valueStream()
                .filter(channel ->
                        channel.path("messages")
                                .valueStream()
                                .anyMatch(m -> resolved(m).path("name").asText().equals(type)))
                .findFirst()
                .orElseThrow();
    }

    private JsonNode resolved(JsonNode reference) {
        String ref = reference.path("$ref").asText();
        assertThat(ref).startsWith("#/");
        JsonNode target = document.at(ref.substring(1));
        assertThat(target.isMissingNode()).as(ref).isFalse();
        return target;
    }

    /** A schema of the document with the document's components beside it. */
    private JsonSchema schema(JsonNode schema) {
        ObjectNode alone = JsonNodeFactory.instance.objectNode();
        alone.set("components", document.path("components"));
        alone.set("allOf", alone.arrayNode().add(schema));
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(alone);
    }

    private List<String> described(JsonNode schema) {
        JsonNode target = schema.has("$ref") ? resolved(schema) : schema;
        return Stream.concat(
                        target.path("properties").properties().stream().map(Map.Entry::getKey),
                        target.path("allOf").valueStream().flatMap(s -> described(s).stream()))
                .toList();
    }

    private static ObjectNode tree(List<Header> headers) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        headers.forEach(header -> tree.put(header.name(), header.text()));
        return tree;
    }

    private static String key(OutgoingRecord record) {
        byte[] key = record.key();
        return key == null ? "" : new String(key, UTF_8);
    }

    private static Map<String, String> settings(JsonNode configuration) {
        Map<String, String> settings = new TreeMap<>();
        configuration
                .properties()
                .forEach(setting ->
                        settings.put(
                                setting.getKey(),
                                setting.getValue().isArray()
                                        ? setting.getValue().path(0).asText()
                                        : setting.getValue().asText()));
        return settings;
    }

    private static JsonNode load() {
        try (InputStream in = Topics.class.getResourceAsStream("asyncapi.yaml")) {
            assertThat(in).isNotNull();
            return new YAMLMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
