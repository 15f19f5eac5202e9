package io.leasehold.bench;

/** What happens to all tenants at once. */
enum Phase {
    /** From nothing to outputs. */
    CREATE("create"),
    /** The same wish once more. */
    NO_OP("no-op"),
    /** Back to nothing. */
    DESTROY("destroy");

    private final String label;

    Phase(String label) {
        this.label = label;
    }

    /** The name in tables. */
    String label() {
        return label;
    }
}
