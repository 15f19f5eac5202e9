package io.leasehold.state.outbox;

import io.leasehold.events.Header;
import io.leasehold.events.StackKey;
import io.leasehold.events.Topics;
import io.leasehold.events.outgoing.CloudEventHeaders;
import io.leasehold.events.outgoing.DeadLetterHeaders;
import io.leasehold.events.outgoing.DriftCurrent;
import io.leasehold.events.outgoing.DriftEvent;
import io.leasehold.events.outgoing.EventData;
import io.leasehold.events.outgoing.OutgoingRecord;
import io.leasehold.events.outgoing.OutputsWithdrawn;
import io.leasehold.events.outgoing.RunDeadLetter;
import io.leasehold.events.outgoing.RunStatus;
import io.leasehold.events.outgoing.StackOutputs;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Renders the contract's events as messages of the outbox: CloudEvents in binary mode, each with an
 * id of its own. Safe to share.
 */
@ApplicationScoped
public class Publications {
    private static final byte[] NOTHING = {};

    private final OutboxConfig config;
    private final Ids ids;
    private final Clock clock;

    Publications(OutboxConfig config, Ids ids, Clock clock) {
        this.config = config;
        this.ids = ids;
        this.clock = clock;
    }

    /** A step of a run, or the end of an event. */
    public OutboxMessage runStatus(RunStatus status) {
        return event(status.tenantId(), status);
    }

    /** A full snapshot of a stack's outputs. */
    public OutboxMessage outputs(StackOutputs outputs) {
        return event(outputs.tenantId(), outputs);
    }

    /** A stack's outputs must not be used any more. */
    public OutboxMessage withdrawn(OutputsWithdrawn withdrawn) {
        return event(withdrawn.tenantId(), withdrawn);
    }

    /**
     * Removes a stack's outputs from the compacted topic, after a while and unless they come back.
     */
    public OutboxMessage outputsTombstone(StackRef stack, Duration delay) {
        return tombstone(Topics.STACK_OUTPUTS, stack, delay);
    }

    /**
     * An edge of a stack's drift and what is adrift from then on: a resolved drift removes it from
     * the compacted topic; without {@code current} any other edge leaves it as it is.
     */
    public List<OutboxMessage> drift(DriftEvent edge, @Nullable DriftCurrent current) {
        OutboxMessage event = event(edge.tenantId(), edge);
        if (edge.state() == DriftEvent.State.RESOLVED) {
            StackRef stack = new StackRef(edge.tenantId(), (int) edge.incarnation(), edge.stack());
            return List.of(event, tombstone(Topics.STACK_DRIFT_CURRENT, stack, null));
        }
        return current == null
                ? List.of(event)
                : List.of(event, event(current.tenantId(), current));
    }

    /** A run that failed for good. */
    public OutboxMessage deadLetter(RunDeadLetter letter, DeadLetterHeaders headers) {
        return message(
                letter.tenantId(),
                OutgoingRecord.of(letter, attributes()).with(headers.render()),
                null);
    }

    private OutboxMessage event(String tenantId, EventData data) {
        return message(tenantId, OutgoingRecord.of(data, attributes()), null);
    }

    private static OutboxMessage tombstone(String topic, StackRef stack, @Nullable Duration delay) {
        StackKey key = new StackKey(stack.tenantId(), stack.incarnation(), stack.stack());
        return message(stack.tenantId(), OutgoingRecord.tombstone(topic, key), delay);
    }

    private CloudEventHeaders attributes() {
        return CloudEventHeaders.of(ids.next(), config.source(), clock.instant());
    }

    private static OutboxMessage message(
            String tenantId, OutgoingRecord out, @Nullable Duration delay) {
        return new OutboxMessage(
                tenantId,
                out.topic(),
                out.key(),
                out.headers().stream().map(Publications::wire).toList(),
                out.value(),
                delay);
    }

    private static RawHeader wire(Header header) {
        byte[] value = header.value();
        return new RawHeader(header.name(), value == null ? NOTHING : value);
    }
}
