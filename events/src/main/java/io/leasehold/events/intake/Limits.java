package io.leasehold.events.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.ErrorCode;
import io.leasehold.events.Header;
import java.util.List;

/** The sizes of the contract. */
public final class Limits {
    public static final int VALUE_BYTES = 64 * 1024;
    public static final int HEADERS = 64;
    public static final int HEADER_BYTES = 8 * 1024;
    public static final int VARIABLES_BYTES = 48 * 1024;
    public static final int VARIABLES = 200;
    public static final int VARIABLES_DEPTH = 8;
    public static final int STRING_BYTES = 8 * 1024;
    public static final int ENTRIES = 1_000;
    public static final int STACKS = 20;
    public static final int LABELS = 32;

    private Limits() {}

    /** Key, value and headers as they came; nothing is parsed before this. */
    static void record(byte[] value, List<Header> headers) throws RefusedException {
        atMost("the value", value.length, "bytes", VALUE_BYTES);
        atMost("the record", headers.size(), "headers", HEADERS);
        long bytes = 0;
        for (Header header : headers) {
            byte[] text = header.value();
            bytes += header.name().getBytes(UTF_8).length + (text == null ? 0 : text.length);
        }
        atMost("the record", bytes, "bytes of headers", HEADER_BYTES);
    }

    static void data(ObjectNode data) throws RefusedException {
        atMostAt("/labels", data.path("labels").size(), "entries", LABELS);
        atMostAt("/stacks", data.path("stacks").size(), "entries", STACKS);
        variables(data.path("variables"), "/variables");
        for (var stack : data.path("stacks").properties()) {
            variables(
                    stack.getValue().path("variables"),
                    Pointer.to(Pointer.to("/stacks", stack.getKey()), "variables"));
        }
    }

    private static void variables(JsonNode variables, String pointer) throws RefusedException {
        if (!variables.isObject()) {
            return;
        }
        atMostAt(pointer, variables.size(), "variables", VARIABLES);
        atMostAt(pointer, variables.toString().getBytes(UTF_8).length, "bytes", VARIABLES_BYTES);
        for (var entry : variables.properties()) {
            walk(entry.getValue(), Pointer.to(pointer, entry.getKey()), 1);
        }
    }

    private static void walk(JsonNode node, String pointer, int depth) throws RefusedException {
        atMostAt(pointer, depth, "levels of nesting", VARIABLES_DEPTH);
        atMostAt(pointer, node.size(), "entries", ENTRIES);
        if (node.isTextual()) {
            atMostAt(pointer, node.textValue().getBytes(UTF_8).length, "bytes", STRING_BYTES);
        }
        for (var entry : node.properties()) {
            walk(entry.getValue(), Pointer.to(pointer, entry.getKey()), depth + 1);
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                walk(node.get(i), Pointer.to(pointer, i), depth + 1);
            }
        }
    }

    private static void atMostAt(String pointer, long found, String what, long most)
            throws RefusedException {
        if (found > most) {
            throw RefusedException.at(
                    ErrorCode.LIMIT_EXCEEDED,
                    pointer,
                    "has %d %s; wants at most %d".formatted(found, what, most));
        }
    }

    private static void atMost(String what, long found, String unit, long most)
            throws RefusedException {
        if (found > most) {
            throw RefusedException.of(
                    ErrorCode.LIMIT_EXCEEDED,
                    "%s has %d %s; wants at most %d".formatted(what, found, unit, most));
        }
    }
}
