package io.leasehold.events.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.events.ErrorCode;
import io.leasehold.events.Header;
import io.leasehold.events.Headers;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterHeadersTest {
    private static final Instant AT = Instant.parse("2026-01-31T12:00:00Z");

    @Test
    void tellWhatARefusedEventFailedFor() {
        List<Header> headers = refused("data is wrong").render();

        assertThat(headers.stream().map(h -> h.name() + "=" + h.text()))
                .containsExactly(
                        "dead-letter-reason=SCHEMA_VIOLATION: data is wrong",
                        "dead-letter-topic=leasehold.tenant.lifecycle.v1",
                        "dead-letter-partition=3",
                        "dead-letter-offset=42",
                        "x-dlt-id=dl-1",
                        "x-dlt-kind=event",
                        "x-dlt-code=SCHEMA_VIOLATION",
                        "x-dlt-type=USER",
                        "x-dlt-class=permanent",
                        "x-dlt-stage=intake",
                        "x-dlt-attempts=1",
                        "x-dlt-first-failed-at=2026-01-31T12:00:00Z",
                        "x-dlt-last-failed-at=2026-01-31T12:00:00Z",
                        "x-dlt-pointers=/a /b",
                        "x-dlt-tenant=acme",
                        "x-dlt-generation=7",
                        "x-dlt-fingerprint="
                                + Fingerprint.of(
                                        "SCHEMA_VIOLATION", "intake", "data is wrong", "acme"),
                        "x-dlt-app-version=1.2.3");
    }

    @Test
    void replaceWhatAnEarlierFailureLeftAndKeepTheRest() {
        List<Header> original =
                List.of(
                        Header.of(Headers.CE_ID, "1"),
                        Header.of(Headers.DEAD_LETTER_REASON, "old"),
                        Header.of(Headers.DLT_CODE, "POISON"),
                        Header.of(Headers.REPLAY_ID, "r-1"),
                        new Header("null", null));

        List<Header> headers = refused("new").over(original);

        assertThat(headers.stream().filter(h -> h.name().equals(Headers.DEAD_LETTER_REASON)))
                .containsExactly(Header.of(Headers.DEAD_LETTER_REASON, "SCHEMA_VIOLATION: new"));
        assertThat(headers)
                .contains(Header.of(Headers.CE_ID, "1"), new Header("null", null))
                .doesNotContain(Header.of(Headers.REPLAY_ID, "r-1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "ö", "你", "🌍"})
    void stayBelow8KiBWhateverTheFailureIsOf(String text) {
        String name = text.repeat(1000);
        DeadLetterHeaders largest =
                new DeadLetterHeaders(
                        name,
                        ErrorCode.SCHEMA_VIOLATION,
                        text.repeat(5000),
                        Collections.nCopies(20, ("/" + text).repeat(100)),
                        new DeadLetterHeaders.Origin(name, 1, 2),
                        new DeadLetterHeaders.About(name, 1L, 2L, name, name),
                        new DeadLetterHeaders.Failures(name, 3, AT, AT),
                        name);

        int bytes = 0;
        for (Header header : largest.render()) {
            byte[] value = header.value();
            bytes += header.name().getBytes(UTF_8).length + (value == null ? 0 : value.length);
            assertThat(header.text()).doesNotContain("\uFFFD");
        }
        assertThat(bytes).isLessThan(8 * 1024);
    }

    private static DeadLetterHeaders refused(String reason) {
        return new DeadLetterHeaders(
                "dl-1",
                ErrorCode.SCHEMA_VIOLATION,
                reason,
                List.of("/a", "/b"),
                new DeadLetterHeaders.Origin("leasehold.tenant.lifecycle.v1", 3, 42),
                new DeadLetterHeaders.About("acme", null, 7L, null, null),
                new DeadLetterHeaders.Failures("intake", 1, AT, AT),
                "1.2.3");
    }
}
