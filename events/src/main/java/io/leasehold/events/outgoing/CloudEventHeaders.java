package io.leasehold.events.outgoing;

import io.leasehold.events.Header;
import io.leasehold.events.Headers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of an event that do not follow from its data, and how they become headers in
 * CloudEvents binary mode.
 *
 * @param id unique for the source
 * @param source who publishes, a URI reference
 * @param time when it happened
 * @param traceparent the trace that it began in
 * @param causationId the {@code ce_id} of the event that caused it
 */
public record CloudEventHeaders(
        String id,
        String source,
        Instant time,
        @Nullable String traceparent,
        @Nullable String causationId) {
    public static final String SPECVERSION = "1.0";
    public static final String JSON = "application/json";

    /** Where a reader finds the schema of a type; a name, not an address to fetch. */
    public static String dataschema(String type) {
        return "https://leasehold.io/schemas/" + type + "/1.0.0";
    }

    /** Attributes with nothing said of what caused the event. */
    public static CloudEventHeaders of(String id, String source, Instant time) {
        return new CloudEventHeaders(id, source, time, null, null);
    }

    /** The headers of a record in binary mode, always in the same order. */
    public List<Header> render(String type, String subject, String partitionKey) {
        List<Header> headers = new ArrayList<>();
        headers.add(Header.of(Headers.CE_SPECVERSION, SPECVERSION));
        headers.add(Header.of(Headers.CE_ID, id));
        headers.add(Header.of(Headers.CE_SOURCE, source));
        headers.add(Header.of(Headers.CE_TYPE, type));
        headers.add(Header.of(Headers.CE_SUBJECT, subject));
        headers.add(Header.of(Headers.CE_TIME, time.toString()));
        headers.add(Header.of(Headers.CE_DATASCHEMA, dataschema(type)));
        headers.add(Header.of(Headers.CE_PARTITIONKEY, partitionKey));
        add(headers, Headers.CE_TRACEPARENT, traceparent);
        add(headers, Headers.CE_CAUSATIONID, causationId);
        headers.add(Header.of(Headers.CONTENT_TYPE, JSON));
        return List.copyOf(headers);
    }

    private static void add(List<Header> headers, String name, @Nullable String text) {
        if (text != null) {
            headers.add(Header.of(name, text));
        }
    }
}
