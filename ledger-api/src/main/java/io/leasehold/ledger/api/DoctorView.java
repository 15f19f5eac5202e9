package io.leasehold.ledger.api;

import java.util.List;

/**
 * What a look over the whole system found.
 *
 * @param serviceTime the clock of the answering process, ISO-8601
 * @param findings the worst first; empty when nothing is wrong
 * @param measures what was measured, wrong or not
 */
public record DoctorView(String serviceTime, List<Finding> findings, List<Measure> measures) {

    /** Takes copies of the lists. */
    public DoctorView(String serviceTime, List<Finding> findings, List<Measure> measures) {
        this.serviceTime = serviceTime;
        this.findings = List.copyOf(findings);
        this.measures = List.copyOf(measures);
    }

    /** How bad it is. */
    public enum Severity {
        /** Something does not work, or soon will not. */
        ERROR,
        /** Somebody should look. */
        WARNING
    }

    /**
     * One thing that is not as it should be.
     *
     * @param code stable, such as {@code OUTBOX_LAGS}
     * @param what a sentence on what it means, with names and numbers
     * @param remedy what to do, a command where there is one
     */
    public record Finding(String code, Severity severity, String what, String remedy) {}

    /** A name and a value, both for people. */
    public record Measure(String name, String value) {}
}
