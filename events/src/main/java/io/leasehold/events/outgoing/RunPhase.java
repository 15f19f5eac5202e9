package io.leasehold.events.outgoing;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;

/** The steps a run takes, and the ends an event comes to (status without a stack). */
public enum RunPhase {
    /** A worker holds the lease. */
    @JsonProperty("started")
    STARTED,
    @JsonProperty("planning")
    PLANNING,
    @JsonProperty("planned")
    PLANNED,
    @JsonProperty("awaiting-approval")
    AWAITING_APPROVAL,
    @JsonProperty("applying")
    APPLYING,
    /** Failed, and tried again by itself. */
    @JsonProperty("retrying")
    RETRYING,
    @JsonProperty("succeeded")
    SUCCEEDED,
    /** Failed for good: a dead letter exists. Of an event: a run for it did. */
    @JsonProperty("failed")
    FAILED,
    @JsonProperty("cancelled")
    CANCELLED,
    /** Made moot by something newer. */
    @JsonProperty("superseded")
    SUPERSEDED,
    /** Of an event: everything it wants is there. */
    @JsonProperty("applied")
    APPLIED,
    /** Of an event: nothing had to change. */
    @JsonProperty("unchanged")
    UNCHANGED,
    /** Of an event: the stack is applied only once. */
    @JsonProperty("skipped")
    SKIPPED,
    /** Of an event: older than what is wanted. */
    @JsonProperty("stale")
    STALE,
    /** For readers older than the record; never written. */
    @JsonEnumDefaultValue
    @JsonProperty("unknown")
    UNKNOWN
}
