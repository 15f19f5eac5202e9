package io.leasehold.events.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.ErrorCode;
import io.leasehold.events.Header;
import io.leasehold.events.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** CloudEvents 1.0 on Kafka: finds the attributes and the data in either mode. */
final class EnvelopeReader {
    private static final String JSON = "application/json";
    private static final String STRUCTURED = "application/cloudevents";
    private static final String STRUCTURED_JSON = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch";
    private static final List<String> REQUIRED = List.of("specversion", "id", "source", "type");
    private static final int MAX_ATTRIBUTE = 1024;

    private EnvelopeReader() {}

    /**
     * What a record holds.
     *
     * @param attributes by name without prefix
     * @param data parsed
     */
    record Content(Map<String, String> attributes, JsonNode data) {}

    /** Reads the attributes; shows them to {@code seen} as soon as there are any. */
    static Content read(byte[] value, List<Header> headers, Sighting seen) throws RefusedException {
        String contentType = contentType(headers);
        String media = contentType == null ? "" : mediaType(contentType);
        if (media.startsWith(BATCH)) {
            throw RefusedException.of(
                    ErrorCode.ENV_BATCH, "content-type says batch; wants one event per record");
        }
        if (contentType != null) {
            checkCharset(contentType);
        }
        return media.startsWith(STRUCTURED)
                ? structured(media, value, seen)
                : binary(media, value, headers, seen);
    }

    private static Content binary(String media, byte[] value, List<Header> headers, Sighting seen)
            throws RefusedException {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (Header header : headers) {
            if (header.name().startsWith(Headers.CE_PREFIX)) {
                String name = header.name().substring(Headers.CE_PREFIX.length());
                if (attributes.put(name, attribute(header)) != null) {
                    throw RefusedException.of(
                            ErrorCode.ENV_MALFORMED,
                            "header " + Printable.of(header.name()) + " stands twice; wants once");
                }
            }
        }
        seen.attributes(attributes);
        if (!media.isEmpty() && !media.equals(JSON) && !media.endsWith("+json")) {
            throw RefusedException.of(
                    ErrorCode.ENV_CONTENT_TYPE,
                    "content-type is "
                            + Printable.of(media)
                            + "; wants application/json, or application/cloudevents+json");
        }
        required(attributes, Headers.CE_PREFIX, "headers");
        return new Content(attributes, StrictJson.object(value));
    }

    private static Content structured(String media, byte[] value, Sighting seen)
            throws RefusedException {
        if (!media.equals(STRUCTURED_JSON)) {
            throw RefusedException.of(
                    ErrorCode.ENV_CONTENT_TYPE,
                    "content-type is " + Printable.of(media) + "; wants " + STRUCTURED_JSON);
        }
        ObjectNode root = StrictJson.object(value);
        Map<String, String> attributes = new LinkedHashMap<>();
        for (var entry : root.properties()) {
            JsonNode member = entry.getValue();
            if (member.isTextual() && !entry.getKey().equals("data")) {
                attributes.put(entry.getKey(), bounded(entry.getKey(), member.textValue()));
            }
        }
        seen.attributes(attributes);
        required(attributes, "", "attributes");
        String dataType = mediaType(attributes.getOrDefault("datacontenttype", JSON));
        if (root.has("data_base64") || !(dataType.equals(JSON) || dataType.endsWith("+json"))) {
            throw RefusedException.of(
                    ErrorCode.ENV_CONTENT_TYPE,
                    "the data is not sent as JSON; wants datacontenttype application/json and"
                            + " member data");
        }
        JsonNode data = root.get("data");
        if (data == null || data.isNull()) {
            throw RefusedException.of(
                    ErrorCode.ENV_MALFORMED, "the event has no member data; wants an object");
        }
        return new Content(attributes, data);
    }

    private static void required(Map<String, String> attributes, String prefix, String what)
            throws RefusedException {
        List<String> missing =
                REQUIRED.stream()
                        .filter(name -> attributes.getOrDefault(name, "").isEmpty())
                        .map(name -> prefix + name)
                        .toList();
        if (!missing.isEmpty()) {
            throw RefusedException.of(
                    ErrorCode.ENV_MALFORMED,
                    "missing or empty: "
                            + what
                            + " "
                            + String.join(", ", missing)
                            + "; wants a CloudEvents 1.0 event (a structured one says so in"
                            + " content-type)");
        }
        if (!"1.0".equals(attributes.get("specversion"))) {
            throw RefusedException.of(
                    ErrorCode.ENV_MALFORMED, prefix + "specversion is not 1.0; wants 1.0");
        }
    }

    private static String attribute(Header header) throws RefusedException {
        byte[] value = header.value();
        if (value == null) {
            return "";
        }
        try {
            return bounded(
                    header.name(), UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString());
        } catch (CharacterCodingException e) {
            throw RefusedException.of(
                    ErrorCode.ENV_MALFORMED,
                    "header " + Printable.of(header.name()) + " is not UTF-8; wants text");
        }
    }

    private static String bounded(String name, String text) throws RefusedException {
        if (text.length() > MAX_ATTRIBUTE || text.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
            throw RefusedException.of(
                    ErrorCode.ENV_MALFORMED,
                    "%s has %d characters or a control character; wants at most %d and none"
                            .formatted(Printable.of(name), text.length(), MAX_ATTRIBUTE));
        }
        return text;
    }

    private static @Nullable String contentType(List<Header> headers) throws RefusedException {
        List<Header> found =
                headers.stream()
                        .filter(h -> h.name().toLowerCase(Locale.ROOT).equals(Headers.CONTENT_TYPE))
                        .toList();
        if (found.size() > 1) {
            throw RefusedException.of(
                    ErrorCode.ENV_CONTENT_TYPE, "header content-type stands twice; wants once");
        }
        return found.isEmpty() ? null : found.getFirst().text();
    }

    private static String mediaType(String contentType) {
        int end = contentType.indexOf(';');
        return (end < 0 ? contentType : contentType.substring(0, end))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    private static void checkCharset(String contentType) throws RefusedException {
        String lower = contentType.toLowerCase(Locale.ROOT).replace("\"", "").replace(" ", "");
        int at = lower.indexOf(";charset=");
        if (at >= 0 && !lower.startsWith("utf-8", at + ";charset=".length())) {
            throw RefusedException.of(
                    ErrorCode.ENV_CONTENT_TYPE, "content-type names another charset; wants UTF-8");
        }
    }
}
