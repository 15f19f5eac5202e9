package io.leasehold.events.intake;

import static io.leasehold.events.intake.Readings.CREATED;
import static io.leasehold.events.intake.Readings.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.leasehold.events.ErrorCode;
import io.leasehold.events.Header;
import io.leasehold.events.Headers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeReaderTest {
    @Test
    void refusesATombstone() {
        assertRefused(
                Records.record("acme", null, Records.headers(CREATED)), ErrorCode.ENV_TOMBSTONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce_specversion", "ce_id", "ce_source", "ce_type"})
    void refusesAnEventWithoutARequiredHeader(String name) {
        Reading.Refused refused =
                assertRefused(
                        Records.record(
                                "acme",
                                Records.validData().getBytes(UTF_8),
                                Records.without(Records.headers(CREATED), name)),
                        ErrorCode.ENV_MALFORMED);

        assertThat(refused.reason()).contains(name);
    }

    @Test
    void refusesAnEventWithoutHeaders() {
        assertRefused(
                Records.record("acme", Records.validData().getBytes(UTF_8), List.of()),
                ErrorCode.ENV_MALFORMED);
    }

    @Test
    void refusesAHeaderThatStandsTwice() {
        RawRecord record =
                Records.record(
                        "acme",
                        Records.validData().getBytes(UTF_8),
                        Records.with(
                                Records.headers(CREATED), Header.of(Headers.CE_SOURCE, "/other")));

        assertRefused(record, ErrorCode.ENV_MALFORMED);
    }

    @ParameterizedTest
    @CsvSource({
        "ce_specversion, 0.3",
        "ce_source, not a uri",
        "ce_time, yesterday",
        "ce_id, 'a\tb'"
    })
    void refusesAttributesOfTheWrongForm(String name, String value) {
        RawRecord record =
                Records.record(
                        "acme",
                        Records.validData().getBytes(UTF_8),
                        Records.with(
                                Records.without(Records.headers(CREATED), name),
                                Header.of(name, value)));

        assertRefused(record, ErrorCode.ENV_MALFORMED);
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, ENV_CONTENT_TYPE",
        "application/avro, ENV_CONTENT_TYPE",
        "application/json; charset=latin1, ENV_CONTENT_TYPE",
        "application/cloudevents+avro, ENV_CONTENT_TYPE",
        "application/cloudevents-batch+json, ENV_BATCH"
    })
    void refusesOtherContentTypes(String contentType, ErrorCode code) {
        RawRecord record =
                Records.record(
                        "acme",
                        Records.validData().getBytes(UTF_8),
                        Records.with(
                                Records.without(Records.headers(CREATED), Headers.CONTENT_TYPE),
                                Header.of(Headers.CONTENT_TYPE, contentType)));

        assertRefused(record, code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.leasehold.tenant.created.v2",
                "io.leasehold.run.status.v1",
                "com.example.other",
                "io.leasehold.tenant.CREATED.v1"
            })
    void refusesOtherTypes(String type) {
        assertRefused(Records.typed(type, Records.validData()), ErrorCode.ENV_UNSUPPORTED_TYPE);
    }

    @Test
    void refusesStructuredEventsWhoseDataIsNotJson() {
        List<Header> headers =
                List.of(Header.of(Headers.CONTENT_TYPE, "application/cloudevents+json"));
        String envelope =
                """
                {"specversion":"1.0","id":"1","source":"/x","type":"%s",%s}\
                """;

        assertRefused(
                Records.record(
                        "acme",
                        envelope.formatted(CREATED, "\"data_base64\":\"e30=\"").getBytes(UTF_8),
                        headers),
                ErrorCode.ENV_CONTENT_TYPE);
        assertRefused(
                Records.record(
                        "acme",
                        envelope.formatted(CREATED, "\"data\":null").getBytes(UTF_8),
                        headers),
                ErrorCode.ENV_MALFORMED);
        assertRefused(
                Records.record(
                        "acme",
                        envelope.formatted(CREATED, "\"data\":[1]").getBytes(UTF_8),
                        headers),
                ErrorCode.SCHEMA_VIOLATION);
    }
}
