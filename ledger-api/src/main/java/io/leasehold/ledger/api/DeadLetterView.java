package io.leasehold.ledger.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter.
 *
 * @param kind EVENT (refused by intake or ledger) or RUN (failed for good)
 * @param status OPEN, REPLAYED, SUPERSEDED or DISCARDED
 * @param value what was sent as text, only in the single view and only when it was kept: redacted,
 *     or the exact bytes when they were asked for
 * @param edited a corrected copy waiting to be replayed, only in the single view
 * @param stage where it failed: intake, plan, apply or run; null of a letter from before
 * @param fingerprint what letters of one cause have in common; null of a letter from before
 * @param blueprint name@version, where it is known
 * @param imported it came from another system, or from before a restore
 * @param redacted whether value, headers, key and corrected copy are redacted, only in the single
 *     view; null from a service that is older than redaction, and told all as it is
 */
public record DeadLetterView(
        String id,
        String kind,
        String status,
        @Nullable String tenantId,
        @Nullable StackRef stack,
        @Nullable SourcePosition position,
        String code,
        String reason,
        String remedy,
        @Nullable String runId,
        @Nullable String eventId,
        @Nullable String eventType,
        String at,
        int replays,
        @Nullable String value,
        List<RawHeader> headers,
        @Nullable String key,
        @Nullable String edited,
        @Nullable String stage,
        @Nullable String fingerprint,
        @Nullable String blueprint,
        boolean imported,
        @Nullable Boolean redacted) {

    /** Takes a copy of the header list. */
    public DeadLetterView(
            String id,
            String kind,
            String status,
            @Nullable String tenantId,
            @Nullable StackRef stack,
            @Nullable SourcePosition position,
            String code,
            String reason,
            String remedy,
            @Nullable String runId,
            @Nullable String eventId,
            @Nullable String eventType,
            String at,
            int replays,
            @Nullable String value,
            List<RawHeader> headers,
            @Nullable String key,
            @Nullable String edited,
            @Nullable String stage,
            @Nullable String fingerprint,
            @Nullable String blueprint,
            boolean imported,
            @Nullable Boolean redacted) {
        this.id = id;
        this.kind = kind;
        this.status = status;
        this.tenantId = tenantId;
        this.stack = stack;
        this.position = position;
        this.code = code;
        this.reason = reason;
        this.remedy = remedy;
        this.runId = runId;
        this.eventId = eventId;
        this.eventType = eventType;
        this.at = at;
        this.replays = replays;
        this.value = value;
        this.headers = List.copyOf(headers);
        this.key = key;
        this.edited = edited;
        this.stage = stage;
        this.fingerprint = fingerprint;
        this.blueprint = blueprint;
        this.imported = imported;
        this.redacted = redacted;
    }
}
