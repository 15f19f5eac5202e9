package io.leasehold.events.outgoing;

import io.leasehold.events.ErrorCode;
import io.leasehold.events.EventType;
import io.leasehold.events.StackKey;
import io.leasehold.events.Topics;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run that failed for good. (A refused event's dead letter is the record itself, byte for byte,
 * with headers added: {@link DeadLetterHeaders}.)
 *
 * @param deadLetterId the ledger's id of the letter; what an operator replays
 * @param tenantId the tenant
 * @param incarnation its life
 * @param stack the stack
 * @param generation what the run was for
 * @param revision the stack's revision the run was for
 * @param runId the last attempt
 * @param kind what it did
 * @param attempts how many runs the revision cost
 * @param code why, one of the run codes
 * @param message for people, without secrets
 * @param failedAt when the last attempt failed
 */
public record RunDeadLetter(
        String deadLetterId,
        String tenantId,
        long incarnation,
        String stack,
        long generation,
        long revision,
        String runId,
        RunKind kind,
        int attempts,
        ErrorCode code,
        @Nullable String message,
        Instant failedAt)
        implements EventData {

    public RunDeadLetter {
        message = Texts.cut(message, RunStatus.MAX_MESSAGE);
    }

    @Override
    public EventType type() {
        return EventType.RUN_DEAD_LETTERED;
    }

    @Override
    public String topic() {
        return Topics.DEAD_LETTER;
    }

    @Override
    public String key() {
        return tenantId;
    }

    @Override
    public String subject() {
        return new StackKey(tenantId, incarnation, stack).subject();
    }
}
