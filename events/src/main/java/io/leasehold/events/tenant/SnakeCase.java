package io.leasehold.events.tenant;

/**
 * The rule by which a camelCase name becomes an OpenTofu name. Frozen: a golden table holds it,
 * since changing it would rename the inputs of running tenants.
 *
 * <p>A word ends before an upper-case letter that follows a lower-case letter or digit, and before
 * the last letter of a run of upper-case letters that a lower-case letter follows; but a run
 * followed by a single {@code s} that ends the word is a plural ({@code podCIDRs} is {@code
 * pod_cidrs}). Digits stay with the word on their left.
 */
public final class SnakeCase {
    private SnakeCase() {}

    /** The name in snake_case; a name that already is comes back as it is. */
    public static String of(String name) {
        StringBuilder out = new StringBuilder(name.length() + 8);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (isUpper(c) && startsWord(name, i)) {
                out.append('_');
            }
            out.append(isUpper(c) ? (char) (c + ('a' - 'A')) : c);
        }
        return out.toString();
    }

    private static boolean startsWord(String name, int i) {
        if (i == 0 || name.charAt(i - 1) == '_') {
            return false;
        }
        if (!isUpper(name.charAt(i - 1))) {
            return true;
        }
        return i + 1 < name.length() && isLower(name.charAt(i + 1)) && !isPluralAt(name, i + 1);
    }

    private static boolean isPluralAt(String name, int i) {
        boolean ends = i + 1 == name.length() || !isLower(name.charAt(i + 1));
        return name.charAt(i) == 's' && ends;
    }

    private static boolean isUpper(char c) {
        return c >= 'A' && c <= 'Z';
    }

    private static boolean isLower(char c) {
        return c >= 'a' && c <= 'z';
    }
}
