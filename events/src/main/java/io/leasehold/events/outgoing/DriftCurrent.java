package io.leasehold.events.outgoing;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.leasehold.events.EventType;
import io.leasehold.events.StackKey;
import io.leasehold.events.Topics;
import java.time.Instant;

/**
 * What is adrift now. A resolved drift is a tombstone ({@link OutgoingRecord#tombstone}).
 *
 * @param driftId of the drift from detected to resolved
 * @param tenantId the tenant
 * @param incarnation its life
 * @param stack the stack
 * @param sequence counts up per stack with every drift record
 * @param generation of the state that was checked
 * @param firstSeen when this drift was first found
 * @param lastSeen when it was last found
 * @param checks how many checks found it
 * @param finding what was found
 */
public record DriftCurrent(
        String driftId,
        String tenantId,
        long incarnation,
        String stack,
        long sequence,
        long generation,
        Instant firstSeen,
        Instant lastSeen,
        int checks,
        @JsonUnwrapped DriftFinding finding)
        implements EventData {

    @Override
    public EventType type() {
        return EventType.DRIFT_CURRENT;
    }

    @Override
    public String topic() {
        return Topics.STACK_DRIFT_CURRENT;
    }

    @Override
    public String key() {
        return new StackKey(tenantId, incarnation, stack).toString();
    }

    @Override
    public String subject() {
        return new StackKey(tenantId, incarnation, stack).subject();
    }
}
