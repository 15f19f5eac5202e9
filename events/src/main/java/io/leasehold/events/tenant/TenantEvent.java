package io.leasehold.events.tenant;

import io.leasehold.events.EventType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A tenant event that passed every check that needs no ledger.
 *
 * @param envelope the CloudEvents attributes
 * @param data what is wanted
 */
public record TenantEvent(Envelope envelope, TenantSpec data) {
    /** Which kind of event; the lifecycle in the data agrees with it. */
    public EventType type() {
        return envelope.type();
    }

    /**
     * The attributes we read. They are for tracing; nothing but source takes part in a decision.
     *
     * @param id unique for the source, if the source counts right
     * @param source who published
     * @param type one of the tenant types
     * @param subject as sent
     * @param time as sent; never used for order
     * @param traceparent the trace the event began in, only if well-formed
     * @param tracestate beside it
     */
    public record Envelope(
            String id,
            String source,
            EventType type,
            @Nullable String subject,
            @Nullable Instant time,
            @Nullable String traceparent,
            @Nullable String tracestate) {}
}
