package io.leasehold.events.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.leasehold.events.EventJson;
import io.leasehold.events.Golden;
import io.leasehold.events.StackKey;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the platform writes is, byte for byte, what the golden files say; and it can be read. */
class GoldenRecordsTest {
    @ParameterizedTest
    @MethodSource("io.leasehold.events.Golden#outgoing")
    void serialiseToExactlyTheGolden(Golden golden) {
        EventData data = Samples.of(golden.name());

        OutgoingRecord record = OutgoingRecord.of(data, Samples.attributes(golden.name()));

        assertThat(new String(value(record), UTF_8)).isEqualTo(golden.value());
        assertThat(text(record.key())).isEqualTo(golden.key());
        assertThat(record.headers().stream().map(h -> h.name() + "=" + h.text()))
                .containsExactlyElementsOf(
                        golden.headers().stream().map(h -> h.name() + "=" + h.text()).toList());
        assertThat(record.topic()).isEqualTo(data.topic());
    }

    @ParameterizedTest
    @MethodSource("io.leasehold.events.Golden#outgoing")
    void readBackEqualToWhatWasWritten(Golden golden) throws IOException {
        EventData data = Samples.of(golden.name());

        assertThat(EventJson.read(golden.bytes(), data.getClass())).isEqualTo(data);
    }

    @ParameterizedTest
    @MethodSource("io.leasehold.events.Golden#outgoing")
    void toleratesFieldsAndValuesThatAreNewer(Golden golden) throws IOException {
        String newer =
                golden.value()
                        .replaceFirst("\\{", "{\"newer\":{\"x\":1},")
                        .replace("\"phase\":\"applying\"", "\"phase\":\"newer\"")
                        .replace("\"reason\":\"destroying\"", "\"reason\":\"newer\"")
                        .replace("\"severity\":\"medium\"", "\"severity\":\"newer\"");

        assertThat(EventJson.read(newer.getBytes(UTF_8), Samples.of(golden.name()).getClass()))
                .isNotNull();
    }

    @Test
    void outputsAreWrittenInTheOrderOfTheirNames() {
        StackOutputs outputs = (StackOutputs) Samples.of("outputs.published.v1");

        assertThat(outputs.outputs().keySet())
                .containsExactly("database", "hosts", "nothing", "password", "port");
    }

    @Test
    void anOutputIsEitherAValueOrAReference() {
        var string = EventJson.mapper().getNodeFactory().textNode("string");

        assertThat(OutputValue.plain(string, string).sensitive()).isFalse();
        assertThat(OutputValue.reference(string, "state://x", null).value()).isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OutputValue(string, string, true, "state://x", null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OutputValue(string, null, false, null, null));
    }

    @Test
    void longMessagesAreCutBetweenCharacters() {
        String cut = Texts.cut("😀".repeat(2000), RunStatus.MAX_MESSAGE);

        assertThat(cut).hasSizeLessThanOrEqualTo(RunStatus.MAX_MESSAGE).endsWith("😀…");
    }

    @Test
    void everyKindOfDataHasAGolden() {
        Set<Class<?>> seen = new HashSet<>();
        Golden.outgoing().forEach(golden -> seen.add(Samples.of(golden.name()).getClass()));

        assertThat(seen).containsExactlyInAnyOrder(EventData.class.getPermittedSubclasses());
    }

    @Test
    void aTombstoneHasNoValueAndNoHeaders() {
        OutgoingRecord tombstone =
                OutgoingRecord.tombstone("t", new StackKey("acme", 1, "database"));

        assertThat(tombstone.value()).isNull();
        assertThat(tombstone.headers()).isEmpty();
        assertThat(text(tombstone.key())).isEqualTo("acme/1/database");
    }

    private static byte[] value(OutgoingRecord record) {
        byte[] value = record.value();
        return value == null ? new byte[0] : value;
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, UTF_8);
    }
}
