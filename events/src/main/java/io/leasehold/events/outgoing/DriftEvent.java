package io.leasehold.events.outgoing;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.leasehold.events.EventType;
import io.leasehold.events.StackKey;
import io.leasehold.events.Topics;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An edge of a stack's drift. A check that finds what the last one found publishes nothing.
 *
 * @param driftId of the drift from detected to resolved
 * @param state which edge
 * @param tenantId the tenant
 * @param incarnation its life
 * @param stack the stack
 * @param sequence counts up per stack with every drift record
 * @param generation of the state that was checked
 * @param firstSeen when this drift was first found
 * @param lastSeen when it was last found
 * @param checks how many checks found it
 * @param finding what was found; null when resolved or when the check failed
 * @param reason why it is resolved, or the code the check failed with
 */
public record DriftEvent(
        String driftId,
        State state,
        String tenantId,
        long incarnation,
        String stack,
        long sequence,
        long generation,
        Instant firstSeen,
        Instant lastSeen,
        int checks,
        @JsonUnwrapped @Nullable DriftFinding finding,
        @Nullable String reason)
        implements EventData {

    public DriftEvent {
        // A reader of JSON makes a finding of nothing where there is none.
        finding = finding == null || finding.fingerprint() == null ? null : finding;
    }

    /** The edges. */
    public enum State {
        @JsonProperty("detected")
        DETECTED(EventType.DRIFT_DETECTED),
        @JsonProperty("changed")
        CHANGED(EventType.DRIFT_CHANGED),
        @JsonProperty("resolved")
        RESOLVED(EventType.DRIFT_RESOLVED),
        @JsonProperty("check-failed")
        CHECK_FAILED(EventType.DRIFT_CHECK_FAILED);

        private final EventType type;

        State(EventType type) {
            this.type = type;
        }
    }

    @Override
    public EventType type() {
        return state.type;
    }

    @Override
    public String topic() {
        return Topics.STACK_DRIFT;
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
