package io.leasehold.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One header of a record, value as bytes because input is not trusted to be text. Equality is by
 * content. The array is not copied: whoever hands it over leaves it alone from then on.
 *
 * @param name as on the wire, case-sensitive
 * @param value null where the wire had null
 */
public record Header(String name, byte @Nullable [] value) {
    /** A header that carries text. */
    public static Header of(String name, String text) {
        return new Header(name, text.getBytes(UTF_8));
    }

    /** The value as text, with replacement characters where it is not UTF-8; null stays null. */
    public @Nullable String text() {
        return value == null ? null : new String(value, UTF_8);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Header that
                && name.equals(that.name)
                && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, Arrays.hashCode(value));
    }

    /** The name and the length; never the value, which may not be ours to show. */
    @Override
    public String toString() {
        return name + "(" + (value == null ? "null" : value.length + " bytes") + ")";
    }
}
