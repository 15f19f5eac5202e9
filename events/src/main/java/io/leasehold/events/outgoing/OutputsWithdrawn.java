package io.leasehold.events.outgoing;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.leasehold.events.EventType;
import io.leasehold.events.StackKey;
import io.leasehold.events.Topics;
import java.time.Instant;

/**
 * A stack's outputs must not be used any more. Comes before the things are destroyed and stays on
 * the topic for days; the tombstone that follows is only for the storage.
 *
 * @param tenantId the tenant
 * @param incarnation its life
 * @param stack the stack
 * @param sequence counts up per stack with every outputs record
 * @param generation upstream's generation that asked for it
 * @param stateVersion the ledger's number of the state that stood then
 * @param reason why
 * @param withdrawnAt when
 */
public record OutputsWithdrawn(
        String tenantId,
        long incarnation,
        String stack,
        long sequence,
        long generation,
        long stateVersion,
        Reason reason,
        Instant withdrawnAt)
        implements EventData {

    /** Why outputs are withdrawn. */
    public enum Reason {
        /** The things are about to be destroyed. */
        @JsonProperty("destroying")
        DESTROYING,
        /** The tenant is gone; the things stay, out of our care. */
        @JsonProperty("retained")
        RETAINED,
        /** An operator let go of the stack. */
        @JsonProperty("abandoned")
        ABANDONED,
        /** For readers older than the record; never written. */
        @JsonEnumDefaultValue
        @JsonProperty("unknown")
        UNKNOWN
    }

    /** The stack's life this is about. */
    public StackKey stackKey() {
        return new StackKey(tenantId, incarnation, stack);
    }

    @Override
    public EventType type() {
        return EventType.OUTPUTS_WITHDRAWN;
    }

    @Override
    public String topic() {
        return Topics.STACK_OUTPUTS;
    }

    @Override
    public String key() {
        return stackKey().toString();
    }

    @Override
    public String subject() {
        return stackKey().subject();
    }
}
