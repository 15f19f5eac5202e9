package io.leasehold.events.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.events.Golden;
import io.leasehold.events.Header;
import io.leasehold.events.Headers;
import io.leasehold.events.Topics;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records for tests: a sound one, and ways to spoil it. */
final class Records {
    private static final String VALID =
            """
            {"tenantId":"acme","incarnation":1,"generation":1,"lifecycle":"active",
             "blueprint":{"name":"starter","version":"1.0.0"},
             "variables":{"connectionLimit":20}}\
            """;

    private Records() {}

    static String validData() {
        return VALID;
    }

    static RawRecord of(Golden golden) {
        return record(golden.key(), golden.bytes(), golden.headers());
    }

    static RawRecord created(String data) {
        return record("acme", data.getBytes(UTF_8), headers("io.leasehold.tenant.created.v1"));
    }

    static RawRecord typed(String type, String data) {
        return record("acme", data.getBytes(UTF_8), headers(type));
    }

    static RawRecord record(@Nullable String key, byte @Nullable [] value, List<Header> headers) {
        return new RawRecord(
                Topics.TENANT_LIFECYCLE,
                0,
                42,
                0,
                key == null ? null : key.getBytes(UTF_8),
                value,
                headers);
    }

    static List<Header> headers(String type) {
        return List.of(
                Header.of(Headers.CE_SPECVERSION, "1.0"),
                Header.of(Headers.CE_ID, "id-1"),
                Header.of(Headers.CE_SOURCE, "/crm"),
                Header.of(Headers.CE_TYPE, type),
                Header.of(Headers.CONTENT_TYPE, "application/json"));
    }

    static List<Header> without(List<Header> headers, String name) {
        return headers.stream().filter(header -> !header.name().equals(name)).toList();
    }

    static List<Header> with(List<Header> headers, Header... more) {
        List<Header> all = new ArrayList<>(headers);
        all.addAll(List.of(more));
        return all;
    }
}
