package io.leasehold.events.tenant;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.leasehold.events.EventType;

/** What upstream wants the tenant to be. This decides; the event type must only agree. */
public enum Lifecycle {
    @JsonProperty("active")
    ACTIVE("active"),
    @JsonProperty("suspended")
    SUSPENDED("suspended"),
    @JsonProperty("deleted")
    DELETED("deleted");

    private final String value;

    Lifecycle(String value) {
        this.value = value;
    }

    /** As it stands in JSON. */
    public String value() {
        return value;
    }

    /** True if an event of that type may carry this lifecycle. */
    public boolean agreesWith(EventType type) {
        return switch (type) {
            case TENANT_CREATED, TENANT_UPDATED -> this == ACTIVE || this == SUSPENDED;
            case TENANT_SUSPENDED -> this == SUSPENDED;
            case TENANT_RESUMED -> this == ACTIVE;
            case TENANT_DELETED -> this == DELETED;
            case RUN_STATUS,
                    RUN_DEAD_LETTERED,
                    OUTPUTS_PUBLISHED,
                    OUTPUTS_WITHDRAWN,
                    DRIFT_DETECTED,
                    DRIFT_CHANGED,
                    DRIFT_RESOLVED,
                    DRIFT_CHECK_FAILED,
                    DRIFT_CURRENT ->
                    false;
        };
    }
}
