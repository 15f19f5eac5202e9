package io.leasehold.events;

/**
 * What is wrong with a source though no event is lost by it: shown to operators (audit, metric,
 * doctor) and as the reason of a {@code stale} disposition, never as a dead letter of its own.
 */
public enum Alarm {
    /** The same generation with other content. */
    GENERATION_CONFLICT,
    /** An old generation came back with other content: the publisher counts from anew. */
    GENERATION_REGRESSION,
    /** A delete older than the desired state; it was not executed. */
    STALE_DELETE,
    /** An event for a life that is over or never was. */
    OLD_INCARNATION,
    /** A new life waits for the old one to be gone. */
    PREVIOUS_INCARNATION,
    /** A position-ordered source changed its topic, partitions or partitioner. */
    SOURCE_CHANGED
}
