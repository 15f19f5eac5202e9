package io.leasehold.events.outgoing;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.leasehold.events.EventType;

/** The data of a record that the platform publishes; it knows where it belongs. */
public sealed interface EventData
        permits RunStatus, RunDeadLetter, StackOutputs, OutputsWithdrawn, DriftEvent, DriftCurrent {

    /** The {@code ce_type}. */
    @JsonIgnore
    EventType type();

    /** One of {@link io.leasehold.events.Topics}. */
    @JsonIgnore
    String topic();

    /** The record key as text. */
    @JsonIgnore
    String key();

    /** The {@code ce_subject}. */
    @JsonIgnore
    String subject();
}
