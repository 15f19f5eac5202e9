package io.leasehold.events.outgoing;

import org.jspecify.annotations.Nullable;

/** Bounds of free text. */
final class Texts {
    private Texts() {}

    /** The text, or its beginning and a mark; never more than {@code max} chars. */
    static @Nullable String cut(@Nullable String text, int max) {
        if (text == null || text.length() <= max) {
            return text;
        }
        int end = max - 1;
        // A surrogate pair is kept or dropped whole.
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end)
                + "…";
    }
}
