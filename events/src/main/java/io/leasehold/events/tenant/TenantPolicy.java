package io.leasehold.events.tenant;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant, or one of its stacks, wants otherwise than the blueprint says. What is absent is
 * left to the blueprint.
 *
 * @param creation whether later generations are applied
 * @param deletion what becomes of the things when the tenant is deleted
 * @param approval who looks at a plan before it is applied
 * @param drift what is done about changes behind our back
 */
public record TenantPolicy(
        @Nullable Creation creation,
        @Nullable Deletion deletion,
        @Nullable Approval approval,
        @Nullable Drift drift) {

    /** Whether later generations are applied. */
    public enum Creation {
        @JsonProperty("WhenNeeded")
        WHEN_NEEDED,
        /** Applied once; later generations end as skipped. */
        @JsonProperty("Once")
        ONCE
    }

    /** What becomes of the things when the tenant is deleted. */
    public enum Deletion {
        @JsonProperty("Retain")
        RETAIN,
        @JsonProperty("Delete")
        DELETE
    }

    /** Who looks at a plan before it is applied. */
    public enum Approval {
        @JsonProperty("auto")
        AUTO,
        @JsonProperty("manual")
        MANUAL,
        @JsonProperty("manual-if-destroys")
        MANUAL_IF_DESTROYS,
        @JsonProperty("plan-only")
        PLAN_ONLY
    }

    /** What is done about changes behind our back. */
    public enum Drift {
        @JsonProperty("off")
        OFF,
        @JsonProperty("report")
        REPORT,
        @JsonProperty("auto-heal")
        AUTO_HEAL
    }
}
