package io.leasehold.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A record as a released version of the contract wrote it. The files are never edited; what changes
 * the contract adds a file.
 *
 * @param name of the file
 * @param key as text
 * @param headers in order
 * @param value as compact JSON
 * @param specHash of tenant events, computed by another program; else empty
 */
public record Golden(String name, String key, List<Header> headers, String value, String specHash) {
    private static final Path FOLDER = Path.of("src/test/resources/io/leasehold/events/golden");

    /** Reads trees in their own order and with exact numbers, apart from the code under test. */
    public static final JsonMapper PLAIN =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    public static Golden of(String name) {
        try {
            JsonNode tree = PLAIN.readTree(Files.readString(FOLDER.resolve(name + ".json")));
            return new Golden(
                    name,
                    tree.path("key").asText(),
                    tree.path("headers").properties().stream()
                            .map(h -> Header.of(h.getKey(), h.getValue().asText()))
                            .toList(),
                    PLAIN.writeValueAsString(tree.get("value")),
                    tree.path("specHash").asText(""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Stream<Golden> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files
                    .map(file -> file.getFileName().toString().replace(".json", ""))
                    .sorted()
                    .toList()
                    .stream()
                    .map(Golden::of);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Stream<Golden> tenantEvents() {
        return all().filter(golden -> golden.name().startsWith("tenant."));
    }

    public static Stream<Golden> outgoing() {
        return all().filter(golden -> !golden.name().startsWith("tenant."));
    }

    public byte[] bytes() {
        return value.getBytes(UTF_8);
    }

    public JsonNode tree() {
        try {
            return PLAIN.readTree(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public EventType type() {
        String inHeaders = Headers.last(headers, Headers.CE_TYPE).orElse("");
        return EventType.of(inHeaders.isEmpty() ? tree().path("type").asText() : inHeaders)
                .orElseThrow();
    }

    @Override
    public String toString() {
        return name;
    }
}
