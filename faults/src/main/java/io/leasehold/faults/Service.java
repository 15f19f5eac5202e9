package io.leasehold.faults;

/** Whose steps they are. */
public enum Service {
    /** Intake, publisher and runner. */
    PROVISIONER,
    /** States, ledger and leases. */
    STATE_SERVICE
}
