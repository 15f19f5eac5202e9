package io.leasehold.events.outgoing;

import io.leasehold.events.EventType;
import io.leasehold.events.StackKey;
import io.leasehold.events.Topics;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step of a run, or (without stack and run) the end an event came to.
 *
 * @param tenantId the tenant
 * @param incarnation its life
 * @param stack null if the status is of an event
 * @param runId null if the status is of an event
 * @param kind null if the status is of an event
 * @param attempt from 1, the tries that were spent and this one: what spends none, such as a lost
 *     worker, is not counted; 0 if the status is of an event
 * @param statusSeq counts up per stack (per tenant where there is no stack), so that order can be
 *     restored
 * @param phase the step, or the end
 * @param generation what the run or the event is for
 * @param revision the stack's revision the run is for; 0 if the status is of an event
 * @param reason a stable word: an {@link io.leasehold.events.ErrorCode} or {@link
 *     io.leasehold.events.Alarm} where there is one
 * @param message for people, without secrets, cut at {@link #MAX_MESSAGE} characters
 * @param delta what the plan changes, once known
 * @param startedAt of the run
 * @param finishedAt of the run, or when the event came to its end
 * @param eventId {@code ce_id} of the event this is about, where there is one
 */
public record RunStatus(
        String tenantId,
        long incarnation,
        @Nullable String stack,
        @Nullable String runId,
        @Nullable RunKind kind,
        int attempt,
        long statusSeq,
        RunPhase phase,
        long generation,
        long revision,
        @Nullable String reason,
        @Nullable String message,
        @Nullable Delta delta,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable String eventId)
        implements EventData {
    /** Longer messages are cut. */
    public static final int MAX_MESSAGE = 2048;

    public RunStatus {
        message = Texts.cut(message, MAX_MESSAGE);
    }

    /**
     * What a plan changes, in resources.
     *
     * @param add created
     * @param change changed in place
     * @param destroy destroyed
     */
    public record Delta(int add, int change, int destroy) {}

    /** The end of an event: {@code stale}, {@code superseded}, {@code applied} and the like. */
    public static RunStatus ofEvent(
            String tenantId,
            long incarnation,
            long generation,
            long statusSeq,
            RunPhase phase,
            @Nullable String reason,
            Instant at) {
        return new RunStatus(
                tenantId,
                incarnation,
                null,
                null,
                null,
                0,
                statusSeq,
                phase,
                generation,
                0,
                reason,
                null,
                null,
                null,
                at,
                null);
    }

    @Override
    public EventType type() {
        return EventType.RUN_STATUS;
    }

    @Override
    public String topic() {
        return Topics.RUN_STATUS;
    }

    @Override
    public String key() {
        return tenantId;
    }

    @Override
    public String subject() {
        return stack == null
                ? "tenants/" + tenantId
                : new StackKey(tenantId, incarnation, stack).subject();
    }
}
