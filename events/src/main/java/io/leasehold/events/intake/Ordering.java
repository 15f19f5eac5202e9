package io.leasehold.events.intake;

/** By what the events of a source are ordered. Configured per source, never read off an event. */
public enum Ordering {
    /** By {@code data.generation}, which upstream counts. */
    GENERATION,
    /** By the record's position; the ledger counts generations itself. */
    POSITION,
    /**
     * The reader does not know it. A generation that is given must be a sound one; whether there
     * must be one the ledger says.
     */
    LEFT_TO_LEDGER;

    /** Which sources are ordered how. */
    @FunctionalInterface
    public interface Rule {
        /** How the events of that source ({@code ce_source}) on that topic are ordered. */
        Ordering of(String topic, String source);
    }
}
