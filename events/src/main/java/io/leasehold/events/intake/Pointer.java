package io.leasehold.events.intake;

/** JSON Pointers (RFC 6901) as text. */
final class Pointer {
    private Pointer() {}

    /** The pointer one step below {@code parent}. */
    static String to(String parent, String name) {
        return parent + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    static String to(String parent, int index) {
        return parent + "/" + index;
    }
}
