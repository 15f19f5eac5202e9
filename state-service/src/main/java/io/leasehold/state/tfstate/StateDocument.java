package io.leasehold.state.tfstate;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.leasehold.state.problem.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the service reads of a state: enough to order it and to know that it is whole.
 *
 * @param encrypted true for a state that tofu encrypted itself; nothing else of it can be read
 */
record StateDocument(String lineage, long serial, boolean encrypted) {
    /** A state may not be larger than this. */
    static final int MAX_BYTES = 64 * 1024 * 1024;

    /** Outputs may not be larger than this in all, in characters, or they are not read. */
    static final int MAX_OUTPUTS = 4 * 1024 * 1024;

    private static final int FORMAT = 4;
    private static final int MAX_LINEAGE = 128;

    /** The longest text that is held as one; others are passed over byte by byte. */
    private static final int MAX_HELD = 64 * 1024;

    /**
     * Remembers no names: a state made of millions of different ones would fill the heap, and a
     * tenant's module decides what is in its state.
     */
    static final JsonFactory JSON =
            JsonFactory.builder()
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxStringLength(MAX_HELD).build())
                    .build();

    private static final ObjectMapper TREES =
            JsonMapper.builder(
                            JSON.rebuild()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxStringLength(MAX_OUTPUTS)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    /**
     * Reads to the last byte. Takes about 10 ms a MiB: not for an event loop.
     *
     * @throws Refusal 400 STATE_INVALID when it is not one whole state of format 4, nor one that
     *     tofu encrypted
     */
    static StateDocument read(byte[] bytes) {
        Fields fields = new Fields();
        try (JsonParser parser = JSON.createParser(text(bytes))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw invalid("it is not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                fields.take(parser);
            }
            if (parser.nextToken() != null) {
                throw invalid("something follows the JSON object");
            }
        } catch (JsonParseException | StreamConstraintsException e) {
            // Never the parser's message: it quotes what it read, and states hold secrets.
            throw invalid("it is not well-formed JSON" + place(e.getLocation()));
        } catch (CharacterCodingException e) {
            throw invalid("it is not UTF-8");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return fields.document();
    }

    /** Strict: left to itself the parser also takes UTF-16, which tofu would not read again. */
    private static Reader text(byte[] bytes) {
        return new InputStreamReader(new ByteArrayInputStream(bytes), UTF_8.newDecoder());
    }

    /**
     * The outputs of a state that was read before; none for an encrypted one. Empty when they are
     * larger than {@link #MAX_OUTPUTS}: as a tree they take up to thirty times their size.
     */
    static Optional<Map<String, StateOutput>> outputs(byte[] bytes) {
        try (JsonParser seen = JSON.createParser(bytes);
                JsonParser read = TREES.createParser(bytes)) {
            if (!findOutputs(seen)) {
                return Optional.of(Map.of());
            }
            long start = seen.currentLocation().getCharOffset();
            seen.skipChildren();
            if (seen.currentLocation().getCharOffset() - start > MAX_OUTPUTS) {
                return Optional.empty();
            }
            findOutputs(read);
            return Optional.of(outputs(read));
        } catch (IOException e) {
            throw new UncheckedIOException("a stored state cannot be read", e);
        }
    }

    /** Goes to the beginning of the outputs; false when there are none. */
    private static boolean findOutputs(JsonParser parser) throws IOException {
        parser.nextToken();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = parser.currentName().equals("outputs");
            parser.nextToken();
            if (found) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }

    private static Map<String, StateOutput> outputs(JsonParser parser) throws IOException {
        Map<String, StateOutput> outputs = new LinkedHashMap<>();
        JsonNode tree = TREES.readTree(parser);
        tree.properties()
                .forEach(entry ->
                        outputs.put(
                                entry.getKey(),
                                new StateOutput(
                                        entry.getValue().path("sensitive").asBoolean(false),
                                        entry.getValue().path("type"),
                                        entry.getValue().path("value"))));
        return outputs;
    }

    /** A constraint of the parser's own, as on depth, does not always know where it was broken. */
    private static String place(@Nullable JsonLocation location) {
        return location == null
                ? " within the parser's limits"
                : " at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
    }

    private static Refusal invalid(String why) {
        return new Refusal(400, "STATE_INVALID", "This is not a state that can be stored: " + why);
    }

    /** The top-level fields met so far. */
    private static final class Fields {
        private static final Set<String> JUDGED =
                Set.of("version", "serial", "lineage", "encrypted_data", "outputs", "resources");

        private @Nullable Long version;
        private @Nullable Long serial;
        private @Nullable String lineage;
        private boolean encryptedData;
        private final Set<String> seen = new HashSet<>();

        void take(JsonParser parser) throws IOException {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (JUDGED.contains(name) && !seen.add(name)) {
                throw invalid("its \"" + name + "\" is there twice");
            }
            switch (name) {
                case "version" -> version = whole(name, parser, token);
                case "serial" -> serial = whole(name, parser, token);
                case "lineage" -> lineage = text(name, parser, token);
                case "encrypted_data" -> encryptedData = binary(name, parser, token) > 0;
                case "outputs" -> require(name, token == JsonToken.START_OBJECT);
                case "resources" -> require(name, token == JsonToken.START_ARRAY);
                default -> {
                    // Ours to keep, not to judge.
                }
            }
            parser.skipChildren();
        }

        StateDocument document() {
            Long format = version;
            if (!encryptedData && (format == null || format != FORMAT)) {
                throw invalid("its version is not " + FORMAT + " and it is not encrypted by tofu");
            }
            Long counter = serial;
            String line = lineage;
            if (counter == null || counter < 0) {
                throw invalid("it has no serial");
            }
            if (line == null || line.isBlank() || line.length() > MAX_LINEAGE) {
                throw invalid("it has no lineage of at most " + MAX_LINEAGE + " characters");
            }
            return new StateDocument(line, counter, encryptedData);
        }

        private static long whole(String name, JsonParser parser, JsonToken token)
                throws IOException {
            require(name, token == JsonToken.VALUE_NUMBER_INT);
            require(name, parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER);
            return parser.getLongValue();
        }

        private static String text(String name, JsonParser parser, JsonToken token)
                throws IOException {
            require(name, token == JsonToken.VALUE_STRING);
            return parser.getText();
        }

        /** How many bytes it stands for. Holds none of them. */
        private static int binary(String name, JsonParser parser, JsonToken token)
                throws IOException {
            require(name, token == JsonToken.VALUE_STRING);
            try {
                return parser.readBinaryValue(OutputStream.nullOutputStream());
            } catch (IllegalArgumentException notBase64) {
                throw invalid("its \"" + name + "\" is not Base64");
            }
        }

        private static void require(String name, boolean holds) {
            if (!holds) {
                throw invalid("its \"" + name + "\" has the wrong type");
            }
        }
    }
}
