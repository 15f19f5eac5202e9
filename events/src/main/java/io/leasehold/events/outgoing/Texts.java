package io.leasehold.events.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/** Bounds of free text. */
final class Texts {
    private static final String MARK = "…";

    private Texts() {}

    /** The text, or its beginning and a mark; never more than {@code max} chars. */
    static @Nullable String cut(@Nullable String text, int max) {
        if (text == null || text.length() <= max) {
            return text;
        }
        int end = max - 1;
        // A surrogate pair is kept or dropped whole.
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end)
                + MARK;
    }

    /** The text, or its beginning and a mark; never more than {@code max} bytes of UTF-8. */
    static String cutBytes(String text, int max) {
        byte[] bytes = text.getBytes(UTF_8);
        if (bytes.length <= max) {
            return text;
        }
        int end = max - MARK.getBytes(UTF_8).length;
        // A character of several bytes is kept or dropped whole.
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, UTF_8) + MARK;
    }
}
