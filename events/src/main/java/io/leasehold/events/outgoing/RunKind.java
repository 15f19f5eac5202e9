package io.leasehold.events.outgoing;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;

/** What a run does. */
public enum RunKind {
    @JsonProperty("apply")
    APPLY,
    @JsonProperty("destroy")
    DESTROY,
    @JsonProperty("drift-check")
    DRIFT_CHECK,
    @JsonProperty("preview")
    PREVIEW,
    /** For readers older than the record; never written. */
    @JsonEnumDefaultValue
    @JsonProperty("unknown")
    UNKNOWN
}
