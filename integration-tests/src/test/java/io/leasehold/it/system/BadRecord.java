package io.leasehold.it.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.events.ErrorCode;
import io.leasehold.events.EventType;
import io.leasehold.events.Header;
import io.leasehold.events.Headers;
import io.leasehold.events.outgoing.CloudEventHeaders;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A record that no publisher should send, and the code it must end with.
 *
 * @param name what is wrong with it
 * @param check the command line that says so before it is sent; empty where no file can say it: it
 *     is wrong in what only a Kafka record has
 */
record BadRecord(
        String name,
        ErrorCode code,
        byte @Nullable [] key,
        byte @Nullable [] value,
        List<Header> headers,
        Optional<List<String>> check) {

    /** A blueprint that demands a variable and bounds another. */
    static final String STRICT =
            """
            apiVersion: leasehold.io/v1
            kind: Blueprint
            name: strict
            version: 1.0.0
            variables:
              type: object
              additionalProperties: false
              required: [note]
              properties:
                note: { type: string }
                size: { type: integer, minimum: 1 }
            stacks:
              data:
                module: { dir: modules/four-data }
                inputs: { tenant_id: "${tenant.id}", note: "${var.note}" }
            """;

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    /** Every kind of bad input there is a promise about. */
    static List<BadRecord> all() {
        List<BadRecord> all = new ArrayList<>();
        all.add(of("not JSON", ErrorCode.JSON_MALFORMED).value("{\"tenantId\": \"bad-").file());
        all.add(
                of("not UTF-8, with odd headers", ErrorCode.JSON_MALFORMED)
                        .value(new byte[] {'{', -1, '}'})
                        .with(new Header("x-nothing", null))
                        .with(new Header("x-bytes", new byte[] {0, -1}))
                        .with(new Header("x-bytes", new byte[] {2}))
                        .file());
        all.add(
                of("wrong content type", ErrorCode.ENV_CONTENT_TYPE)
                        .header(Headers.CONTENT_TYPE, "text/xml")
                        .onlyAsRecord());
        all.add(of("missing headers", ErrorCode.ENV_MALFORMED).headers(List.of()).onlyAsRecord());
        all.add(
                of("unknown type", ErrorCode.ENV_UNSUPPORTED_TYPE)
                        .header(Headers.CE_TYPE, "io.leasehold.tenant.renamed.v1")
                        .onlyAsRecord());
        all.add(
                of("type and lifecycle disagree", ErrorCode.LIFECYCLE_MISMATCH)
                        .header(Headers.CE_TYPE, EventType.TENANT_DELETED.value())
                        .file("--type", "deleted"));
        all.add(
                of("unknown blueprint", ErrorCode.BLUEPRINT_UNKNOWN)
                        .replace("strict", "nobodys")
                        .file());
        all.add(
                of("undeclared variable", ErrorCode.VAR_UNDECLARED)
                        .variables("{\"note\":\"x\",\"colour\":\"red\"}")
                        .file());
        all.add(of("missing variable", ErrorCode.VAR_MISSING).variables("{\"size\":1}").file());
        all.add(
                of("mistyped variable", ErrorCode.VAR_TYPE)
                        .variables("{\"note\":\"x\",\"size\":\"large\"}")
                        .file());
        all.add(of("another key", ErrorCode.KEY_MISMATCH).key("somebody-else").onlyAsRecord());
        all.add(of("no key", ErrorCode.KEY_MISMATCH).key(null).onlyAsRecord());
        all.add(
                of("65 KiB", ErrorCode.LIMIT_EXCEEDED)
                        .variables("{\"note\":\"" + "x".repeat(65 * 1024) + "\"}")
                        .file());
        all.add(of("tombstone", ErrorCode.ENV_TOMBSTONE).value((byte[]) null).onlyAsRecord());
        all.add(
                of("duplicate keys", ErrorCode.JSON_DUPLICATE_KEY)
                        .replace("\"generation\"", "\"generation\":1,\"generation\"")
                        .file());
        all.add(
                of("NUL in a name", ErrorCode.TEXT_INVALID)
                        .replace("\"generation\"", "\"name\":\"a\\u0000b\",\"generation\"")
                        .file());
        all.add(
                of("NUL in a variable", ErrorCode.TEXT_INVALID)
                        .variables("{\"note\":\"a\\u0000b\"}")
                        .file());
        for (String id : List.of("../x", "A", "мета", "ａｃｍｅ", "a\\u0000b", "' or 1=1 --")) {
            all.add(of("tenant id " + id, ErrorCode.TENANT_ID_INVALID).tenant(id).file());
        }
        return List.copyOf(all);
    }

    private static Draft of(String name, ErrorCode code) {
        return new Draft(name, code);
    }

    @Override
    public String toString() {
        return name;
    }

    /** A sound event of a tenant of its own, spoilt in one way. */
    private static final class Draft {
        private final String name;
        private final ErrorCode code;
        private final String tenant;
        private byte @Nullable [] key;
        private byte @Nullable [] value;
        private List<Header> headers;

        Draft(String name, ErrorCode code) {
            this.name = name;
            this.code = code;
            this.tenant = "bad-" + name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
            this.key = tenant.getBytes(UTF_8);
            this.value = sound().getBytes(UTF_8);
            this.headers =
                    CloudEventHeaders.of("id of " + name, "https://upstream.example/bad", NOW)
                            .render(EventType.TENANT_UPDATED.value(), "tenants/x", "x");
        }

        private String sound() {
            return """
            {"tenantId":"%s","generation":1,"lifecycle":"active",\
            "blueprint":{"name":"strict","version":"1.0.0"},"variables":{"note":"x"}}\
            """
                    .formatted(tenant);
        }

        private Draft replace(String what, String with) {
            return value(sound().replace(what, with));
        }

        Draft variables(String variables) {
            return replace("{\"note\":\"x\"}", variables);
        }

        /** As a hostile publisher would: the key is the id. */
        Draft tenant(String id) {
            return key(id).replace('"' + tenant + '"', '"' + id + '"');
        }

        Draft key(@Nullable String text) {
            key = text == null ? null : text.getBytes(UTF_8);
            return this;
        }

        Draft value(String text) {
            return value(text.getBytes(UTF_8));
        }

        Draft value(byte @Nullable [] bytes) {
            value = bytes;
            return this;
        }

        Draft headers(List<Header> all) {
            headers = all;
            return this;
        }

        Draft with(Header more) {
            headers = Stream.concat(headers.stream(), Stream.of(more)).toList();
            return this;
        }

        Draft header(String name, String text) {
            headers =
                    headers.stream()
                            .map(it -> it.name().equals(name) ? Header.of(name, text) : it)
                            .toList();
            return this;
        }

        BadRecord file(String... options) {
            return made(Optional.of(List.of(options)));
        }

        BadRecord onlyAsRecord() {
            return made(Optional.empty());
        }

        private BadRecord made(Optional<List<String>> check) {
            return new BadRecord(name, code, key, value, headers, check);
        }
    }
}
