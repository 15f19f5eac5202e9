package io.leasehold.bench;

/** The ways of giving tenants their infrastructure that are measured beside each other. */
enum Approach {
    /** Events on Kafka, outputs on Kafka, everything between as in production. */
    OURS("ours"),
    /** {@code xargs -P}: init, apply and output for each tenant, as people write it first. */
    LOOP("loop"),
    /** The same with GOGC=400, the one setting that helps it most. */
    LOOP_GOGC("loop-gogc"),
    /** One bare {@code tofu apply} per tenant from an initialised folder, in no sandbox. */
    CEILING("ceiling");

    private final String label;

    Approach(String label) {
        this.label = label;
    }

    /** The name on the command line and in tables; also the beginning of its tenants' ids. */
    String label() {
        return label;
    }
}
