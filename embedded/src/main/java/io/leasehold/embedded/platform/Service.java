package io.leasehold.embedded.platform;

/** A part of the system that is a process of its own. */
public enum Service {
    /** The ledger's database. */
    PLATFORM_POSTGRES("platform-postgres"),
    /** The server in which tenants get their databases. */
    TENANTS_POSTGRES("tenants-postgres"),
    /** Ledger, states, REST. */
    STATE_SERVICE("state-service"),
    /** Intake, runner, publisher. */
    PROVISIONER("provisioner"),
    /** A further provisioner that only carries out runs, where the {@link Layout} has one. */
    RUNNER("runner"),
    /** The platform's broker, where the {@link Layout} has it apart. */
    PLATFORM_KAFKA("platform-kafka");

    private final String label;

    Service(String label) {
        this.label = label;
    }

    /** Its name in messages and of its log. */
    public String label() {
        return label;
    }
}
