package io.leasehold.events.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/** Makes what came from outside fit to be shown: bounded, on one line, always valid Unicode. */
final class Printable {
    private static final int MAX_CHARS = 200;

    private Printable() {}

    /** The text with every control character and lone surrogate replaced, cut at 200 chars. */
    static String of(String text) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_CHARS));
        text.codePoints()
                .limit(MAX_CHARS)
                .forEach(c -> out.appendCodePoint(isShown(c) ? c : 0xFFFD));
        if (text.codePointCount(0, text.length()) > MAX_CHARS) {
            out.append('…');
        }
        return out.toString();
    }

    static @Nullable String orNull(@Nullable String text) {
        return text == null ? null : of(text);
    }

    /** The text, cut at {@link Reading.Refused#MAX_REASON} bytes of UTF-8. */
    static String reason(String text) {
        if (text.getBytes(UTF_8).length <= Reading.Refused.MAX_REASON) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        int bytes = "…".getBytes(UTF_8).length;
        for (int c : text.codePoints().toArray()) {
            bytes += Character.toString(c).getBytes(UTF_8).length;
            if (bytes > Reading.Refused.MAX_REASON) {
                break;
            }
            out.appendCodePoint(c);
        }
        return out.append('…').toString();
    }

    private static boolean isShown(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
