package io.leasehold.state.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.ledger.api.SourcePosition;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.audit.Deed;
import io.leasehold.state.source.Place;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as it stands in the ledger.
 *
 * @param raw sealed; null when only the origin was kept, and for runs
 * @param edited a corrected copy, sealed
 * @param imported it came from another system, or from before a restore
 */
record Letter(
        String id,
        String kind,
        String status,
        @Nullable String tenantId,
        @Nullable Integer incarnation,
        @Nullable String stack,
        @Nullable Long generation,
        @Nullable Long revision,
        @Nullable String runId,
        @Nullable SourcePosition origin,
        @Nullable String eventId,
        @Nullable String eventType,
        String code,
        String reason,
        byte @Nullable [] raw,
        byte @Nullable [] edited,
        int replays,
        Instant at,
        Cause cause,
        boolean imported) {

    /**
     * What letters are counted and chosen by.
     *
     * @param stage where it failed; like the others null in letters from before there was such
     * @param fingerprint what letters of one cause have in common
     * @param blueprint name@version, where it is known
     * @param appVersion of this service, when it failed
     * @param sameAgain it failed as the one had whose replay it came of, in the same versions
     */
    record Cause(
            @Nullable String stage,
            @Nullable String fingerprint,
            @Nullable String blueprint,
            @Nullable String appVersion,
            boolean sameAgain) {

        static final String COLUMNS = "stage, fingerprint, blueprint, app_version, same_again";

        static Cause of(Tuple row) {
            return new Cause(
                    row.get("stage", String.class),
                    row.get("fingerprint", String.class),
                    row.get("blueprint", String.class),
                    row.get("app_version", String.class),
                    row.get("same_again", Boolean.class));
        }
    }

    static final String COLUMNS =
            """
            id, kind, status, tenant_id, incarnation, stack, generation, revision, run_id, topic, topic_id,
            partition_no, offset_no, event_id, event_type, code, reason, raw, edited, replays,
            cast(extract(epoch from at) * 1000 as bigint) as at_millis, imported_at is not null as imported,
            """
                    + Cause.COLUMNS;

    static Letter of(Tuple row) {
        String topic = row.get("topic", String.class);
        return new Letter(
                row.get("id", String.class),
                row.get("kind", String.class),
                row.get("status", String.class),
                row.get("tenant_id", String.class),
                row.get("incarnation", Integer.class),
                row.get("stack", String.class),
                row.get("generation", Long.class),
                row.get("revision", Long.class),
                row.get("run_id", String.class),
                topic == null
                        ? null
                        : new Place(
                                        topic,
                                        row.get("topic_id", String.class),
                                        row.get("partition_no", Integer.class),
                                        row.get("offset_no", Long.class))
                                .position(),
                row.get("event_id", String.class),
                row.get("event_type", String.class),
                row.get("code", String.class),
                row.get("reason", String.class),
                row.get("raw", byte[].class),
                row.get("edited", byte[].class),
                row.get("replays", Integer.class),
                Instant.ofEpochMilli(row.get("at_millis", Long.class)),
                Cause.of(row),
                row.get("imported", Boolean.class));
    }

    boolean isRun() {
        return kind.equals("RUN");
    }

    /** What somebody does to it, for the audit. */
    Deed deed(String actor, String action, @Nullable String why) {
        return new Deed(actor, action, id, tenantId, why);
    }

    /** For lists: nothing of what was sent. */
    DeadLetterView brief() {
        return view(DeadLetters.code(code).remedy(), null, null, null);
    }

    /** For who may see what was sent. */
    DeadLetterView full(
            @Nullable RawRecord original, @Nullable RawRecord corrected, boolean redacted) {
        return view(DeadLetters.code(code).remedy(), original, corrected, redacted);
    }

    DeadLetterView view(
            String remedy,
            @Nullable RawRecord original,
            @Nullable RawRecord corrected,
            @Nullable Boolean redacted) {
        Integer life = incarnation;
        String of = tenantId;
        String part = stack;
        return new DeadLetterView(
                id,
                kind,
                status,
                of,
                of == null || life == null || part == null ? null : new StackRef(of, life, part),
                origin,
                code,
                reason,
                remedy,
                runId,
                eventId,
                eventType,
                at.toString(),
                replays,
                original == null ? null : text(original.value()),
                original == null ? List.of() : original.headers(),
                original == null ? null : text(original.key()),
                corrected == null ? null : text(corrected.value()),
                cause.stage(),
                cause.fingerprint(),
                cause.blueprint(),
                imported,
                redacted);
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        return bytes == null ? null : new String(bytes, UTF_8);
    }
}
