package io.leasehold.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.events.EventJson;
import io.leasehold.events.EventType;
import io.leasehold.events.Header;
import io.leasehold.events.Topics;
import io.leasehold.events.intake.EventReader;
import io.leasehold.events.intake.RawRecord;
import io.leasehold.events.intake.Reading;
import io.leasehold.events.intake.TenantIds;
import io.leasehold.events.outgoing.CloudEventHeaders;
import java.io.IOException;
import java.time.Clock;
import java.util.List;

/**
 * Puts the data of a tenant event into the record it would be sent as, and says what intake would
 * say of it. Needs no broker. Safe for use by many threads.
 */
public final class EventDraft {
    private final String source;
    private final Clock clock;
    private final EventReader reader = new EventReader();

    /**
     * @param source the {@code ce_source}: a stable URI reference that names who publishes
     */
    public EventDraft(String source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    /** Says what intake would say of this data (the JSON object, without envelope). */
    public Reading check(EventType type, byte[] data) {
        return read(record(type, data, "check"));
    }

    Reading read(RawRecord record) {
        return reader.read(record);
    }

    RawRecord record(EventType type, byte[] data, String id) {
        String tenantId = tenantId(data);
        // What is no id is the data's fault, and must not become the envelope's.
        String named = TenantIds.hasForm(tenantId) ? tenantId : "";
        List<Header> headers =
                CloudEventHeaders.of(id, source, clock.instant())
                        .render(type.value(), "tenants/" + named, named);
        return new RawRecord(
                Topics.TENANT_LIFECYCLE, -1, -1, 0, tenantId.getBytes(UTF_8), data, headers);
    }

    /** The id if there is one; what has none is refused by the reader in better words. */
    private static String tenantId(byte[] data) {
        try {
            return EventJson.mapper().readTree(data).path("tenantId").asText();
        } catch (IOException e) {
            return "";
        }
    }
}
