package io.leasehold.bench;

/** What each tenant gets. */
enum BenchModule {
    /** Four {@code terraform_data}: what a run costs by itself. */
    SMALL("small", "four-data", "bench-data", "data"),
    /** A password, a role, a database and a schema in a real Postgres. */
    REAL("real", "tenant-database", "bench-database", "database");

    private final String label;
    private final String folder;
    private final String blueprint;
    private final String stack;

    BenchModule(String label, String folder, String blueprint, String stack) {
        this.label = label;
        this.folder = folder;
        this.blueprint = blueprint;
        this.stack = stack;
    }

    /** The name on the command line and in tables. */
    String label() {
        return label;
    }

    /** The folder under {@code terraform-modules/modules}. */
    String folder() {
        return folder;
    }

    /** The blueprint, in version 1.0.0, whose only stack is this module. */
    String blueprint() {
        return blueprint;
    }

    /** The stack's name in the blueprint. */
    String stack() {
        return stack;
    }
}
