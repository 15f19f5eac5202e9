package io.leasehold.events.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.ErrorCode;
import java.text.Normalizer;

/**
 * Every string and key of the data: valid Unicode, in NFC, no C0 control characters; values inside
 * variables may hold tab, CR and LF, so that a certificate passes.
 */
final class TextRules {
    private TextRules() {}

    static void check(ObjectNode data) throws RefusedException {
        for (var entry : data.properties()) {
            String name = entry.getKey();
            String pointer = Pointer.to("", name);
            text(name, pointer, false);
            switch (name) {
                case "variables" -> walk(entry.getValue(), pointer, true);
                case "stacks" -> stacks(entry.getValue(), pointer);
                default -> walk(entry.getValue(), pointer, false);
            }
        }
    }

    private static void stacks(JsonNode stacks, String pointer) throws RefusedException {
        for (var stack : stacks.properties()) {
            String below = Pointer.to(pointer, stack.getKey());
            text(stack.getKey(), below, false);
            for (var entry : stack.getValue().properties()) {
                text(entry.getKey(), Pointer.to(below, entry.getKey()), false);
                walk(
                        entry.getValue(),
                        Pointer.to(below, entry.getKey()),
                        entry.getKey().equals("variables"));
            }
        }
    }

    private static void walk(JsonNode node, String pointer, boolean lines) throws RefusedException {
        if (node.isTextual()) {
            text(node.textValue(), pointer, lines);
        }
        for (var entry : node.properties()) {
            String below = Pointer.to(pointer, entry.getKey());
            text(entry.getKey(), below, false);
            walk(entry.getValue(), below, lines);
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                walk(node.get(i), Pointer.to(pointer, i), lines);
            }
        }
    }

    private static void text(String text, String pointer, boolean lines) throws RefusedException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean line = c == '\t' || c == '\r' || c == '\n';
            if (c < 0x20 && !(lines && line)) {
                throw RefusedException.at(
                        ErrorCode.TEXT_INVALID,
                        pointer,
                        "holds the control character U+%04X at position %d; wants none"
                                .formatted((int) c, i));
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isSurrogatePair(c, i + 1 < text.length() ? text.charAt(i + 1) : 0)) {
                    throw RefusedException.at(
                            ErrorCode.TEXT_INVALID,
                            pointer,
                            "holds half of a surrogate pair at position %d; wants valid Unicode"
                                    .formatted(i));
                }
                i++;
            }
        }
        if (!Normalizer.isNormalized(text, Normalizer.Form.NFC)) {
            throw RefusedException.at(
                    ErrorCode.TEXT_INVALID, pointer, "is not in Unicode NFC; wants it normalised");
        }
    }
}
