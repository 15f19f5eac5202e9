package io.leasehold.client;

import io.leasehold.events.intake.Reading;

/** What became of an event that was to be published. */
public sealed interface Publication {
    /**
     * The broker has it, on every replica in sync.
     *
     * @param eventId its {@code ce_id}
     * @param topic where it is
     * @param partition where it is
     * @param offset where it is
     * @param specHash by which the ledger tells whether it wants something new
     */
    record Sent(String eventId, String topic, int partition, long offset, String specHash)
            implements Publication {}

    /** It was not sent, since intake would refuse it in the same words. */
    record Refused(Reading.Refused refusal) implements Publication {}
}
