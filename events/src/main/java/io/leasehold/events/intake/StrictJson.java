package io.leasehold.events.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.ErrorCode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * Bytes to a tree, with nothing left to a parser's mercy: UTF-8 only, one value only, each key
 * once, bounded depth, and numbers that are exact and small enough for whoever computes with them.
 */
final class StrictJson {
    static final int MAX_DEPTH = 20;
    static final int MAX_NUMBER_CHARS = 100;
    static final int MAX_EXPONENT = 400;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxNumberLength(MAX_NUMBER_CHARS)
                                    .build())
                    .build();

    private StrictJson() {}

    static JsonNode text(String text) {
        return NODES.textNode(text);
    }

    /** The object that the bytes hold. */
    static ObjectNode object(byte[] bytes) throws RefusedException {
        String text = text(bytes);
        try (JsonParser parser = FACTORY.createParser(text)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw RefusedException.of(
                        ErrorCode.JSON_MALFORMED, "the value is empty; wants one JSON object");
            }
            JsonNode tree = value(parser, "");
            if (parser.nextToken() != null) {
                throw RefusedException.of(
                        ErrorCode.JSON_MALFORMED,
                        "something follows the JSON object at " + place(parser) + "; wants one");
            }
            if (tree instanceof ObjectNode object) {
                return object;
            }
            throw RefusedException.of(
                    ErrorCode.JSON_MALFORMED,
                    "the value is a JSON " + Kinds.of(tree) + "; wants an object");
        } catch (StreamConstraintsException e) {
            throw RefusedException.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    "the JSON nests deeper than %d, or a number has more than %d characters"
                            .formatted(MAX_DEPTH, MAX_NUMBER_CHARS));
        } catch (JsonProcessingException e) {
            throw RefusedException.of(ErrorCode.JSON_MALFORMED, "not JSON at " + place(e));
        } catch (IOException e) {
            throw new IllegalStateException("reading from a string does no I/O", e);
        }
    }

    private static String text(byte[] bytes) throws RefusedException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            CharBuffer chars = UTF_8.newDecoder().decode(in);
            return chars.toString();
        } catch (CharacterCodingException e) {
            throw RefusedException.of(
                    ErrorCode.JSON_MALFORMED, "not UTF-8 at byte " + in.position());
        }
    }

    private static JsonNode value(JsonParser parser, String pointer)
            throws IOException, RefusedException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> fields(parser, pointer);
            case START_ARRAY -> elements(parser, pointer);
            case VALUE_STRING -> NODES.textNode(parser.getText());
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_NUMBER_FLOAT -> decimal(parser, pointer);
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                    throw new IllegalStateException("a text parser stands on a value here");
        };
    }

    private static ObjectNode fields(JsonParser parser, String pointer)
            throws IOException, RefusedException {
        ObjectNode object = NODES.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            String below = Pointer.to(pointer, name);
            if (object.has(name)) {
                throw RefusedException.at(
                        ErrorCode.JSON_DUPLICATE_KEY,
                        below,
                        "stands twice in its object; wants each key once");
            }
            parser.nextToken();
            object.set(name, value(parser, below));
        }
        return object;
    }

    private static ArrayNode elements(JsonParser parser, String pointer)
            throws IOException, RefusedException {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser, Pointer.to(pointer, array.size())));
        }
        return array;
    }

    private static JsonNode integer(JsonParser parser) throws IOException {
        return switch (parser.getNumberType()) {
            case INT -> NODES.numberNode(parser.getIntValue());
            case LONG -> NODES.numberNode(parser.getLongValue());
            case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL ->
                    NODES.numberNode(parser.getBigIntegerValue());
        };
    }

    /** An exponent costs nothing to write and gigabytes to expand, so it is looked at as text. */
    private static JsonNode decimal(JsonParser parser, String pointer)
            throws IOException, RefusedException {
        String text = parser.getText();
        int e = Math.max(text.indexOf('e'), text.indexOf('E'));
        if (e >= 0) {
            String exponent = text.substring(e + 1).replaceFirst("^[+-]?0*", "");
            if (exponent.length() > 3
                    || (!exponent.isEmpty() && Integer.parseInt(exponent) > MAX_EXPONENT)) {
                throw RefusedException.at(
                        ErrorCode.LIMIT_EXCEEDED,
                        pointer,
                        "has an exponent beyond " + MAX_EXPONENT + "; wants a plain number");
            }
        }
        return NODES.numberNode(new BigDecimal(text));
    }

    private static String place(JsonProcessingException e) {
        var location = e.getLocation();
        return location == null
                ? "an unknown place"
                : "line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private static String place(JsonParser parser) {
        var location = parser.currentTokenLocation();
        return "line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
