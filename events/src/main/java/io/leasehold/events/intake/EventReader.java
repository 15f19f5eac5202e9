package io.leasehold.events.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.ErrorCode;
import io.leasehold.events.EventJson;
import io.leasehold.events.EventType;
import io.leasehold.events.Header;
import io.leasehold.events.Headers;
import io.leasehold.events.tenant.SpecHash;
import io.leasehold.events.tenant.TenantEvent;
import io.leasehold.events.tenant.TenantSpec;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tenant event from a record, or says why it is none. Never throws, whatever the bytes are;
 * the first check that fails decides, so each fault has one code. Safe for use by many threads.
 */
public final class EventReader {
    private static final Pattern TRACEPARENT =
            Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}.{0,64}");

    private final Ordering.Rule ordering;
    private final SchemaCheck schemas = new SchemaCheck();

    /** A reader for sources that count generations, which is what the contract asks for. */
    public EventReader() {
        this((_, _) -> Ordering.GENERATION);
    }

    /** A reader for sources that are ordered as the rule says. */
    public EventReader(Ordering.Rule ordering) {
        this.ordering = ordering;
    }

    /** Reads one record. Headers that only the platform sets are read as if they were not there. */
    public Reading read(RawRecord record) {
        Sighting seen = new Sighting(record.key());
        try {
            return accept(record, seen);
        } catch (RefusedException e) {
            return e.refused(seen.claims());
        }
    }

    private Reading accept(RawRecord record, Sighting seen) throws RefusedException {
        byte[] value = record.value();
        List<Header> headers = Headers.withoutPlatformOwned(record.headers());
        Limits.record(value == null ? new byte[0] : value, headers);
        if (value == null) {
            throw RefusedException.of(
                    ErrorCode.ENV_TOMBSTONE, "the record has no value; wants a tenant event");
        }
        EnvelopeReader.Content content = EnvelopeReader.read(value, headers, seen);
        seen.data(content.data());
        if (!(content.data() instanceof ObjectNode data)) {
            throw RefusedException.at(
                    ErrorCode.SCHEMA_VIOLATION,
                    "",
                    "is of type " + Kinds.of(content.data()) + "; wants an object");
        }
        SecretRule.check(data);
        TenantEvent.Envelope envelope = envelope(content.attributes());
        IdentityRules.tenantId(data);
        IdentityRules.incarnation(data);
        IdentityRules.generation(data, ordering.of(record.topic(), envelope.source()));
        IdentityRules.lifecycle(data, envelope.type());
        TextRules.check(data);
        Limits.data(data);
        schemas.check(envelope.type(), data);
        VariableNames.check(data);
        IdentityRules.key(record.key(), data.path("tenantId").asText());
        return new Reading.Accepted(new TenantEvent(envelope, spec(data)), SpecHash.of(data));
    }

    private static TenantEvent.Envelope envelope(Map<String, String> attributes)
            throws RefusedException {
        String type = attributes.getOrDefault("type", "");
        EventType known = EventType.of(type).filter(EventType::isTenantEvent).orElse(null);
        if (known == null) {
            throw RefusedException.of(
                    ErrorCode.ENV_UNSUPPORTED_TYPE,
                    "type "
                            + Printable.of(type)
                            + " is none of the tenant events; wants"
                            + " io.leasehold.tenant.{created,updated,suspended,resumed,deleted}.v1");
        }
        String source = attributes.getOrDefault("source", "");
        checkSource(source);
        String traceparent = attributes.get("traceparent");
        boolean traced = traceparent != null && TRACEPARENT.matcher(traceparent).matches();
        return new TenantEvent.Envelope(
                attributes.getOrDefault("id", ""),
                source,
                known,
                attributes.get("subject"),
                time(attributes.get("time")),
                traced ? traceparent : null,
                traced ? attributes.get("tracestate") : null);
    }

    private static void checkSource(String source) throws RefusedException {
        try {
            var _ = new URI(source);
        } catch (URISyntaxException e) {
            throw RefusedException.of(
                    ErrorCode.ENV_MALFORMED,
                    "source is not a URI reference from position " + e.getIndex() + " on");
        }
    }

    private static @Nullable Instant time(@Nullable String time) throws RefusedException {
        if (time == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(time).toInstant();
        } catch (DateTimeException e) {
            throw RefusedException.of(
                    ErrorCode.ENV_MALFORMED, "time is not RFC 3339; wants 2026-01-31T12:00:00Z");
        }
    }

    private static TenantSpec spec(ObjectNode data) throws RefusedException {
        ObjectNode complete = data.deepCopy();
        if (!complete.has("incarnation")) {
            complete.put("incarnation", 1);
        }
        try {
            return EventJson.mapper().treeToValue((JsonNode) complete, TenantSpec.class);
        } catch (JsonProcessingException e) {
            // The schema leaves no room for this; if it ever does, it is a refusal, not a crash.
            throw RefusedException.at(
                    ErrorCode.SCHEMA_VIOLATION, "", "does not have the shape of a tenant");
        }
    }
}
