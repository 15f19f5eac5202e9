package io.leasehold.events;

/** What the records of a topic are keyed by, and so what their order holds for. */
public enum TopicKey {
    /** {@code tenantId}. */
    TENANT("tenantId"),
    /** {@code tenantId/incarnation/stack}, the text of a {@link StackKey}. */
    STACK("tenantId/incarnation/stack"),
    /** The key of the record that failed, byte for byte. */
    ORIGINAL("as the original");

    private final String description;

    TopicKey(String description) {
        this.description = description;
    }

    /** For documents. */
    public String description() {
        return description;
    }
}
