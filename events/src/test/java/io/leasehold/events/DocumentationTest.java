package io.leasehold.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.leasehold.events.intake.EventReader;
import io.leasehold.events.intake.RawRecord;
import io.leasehold.events.intake.Reading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What docs/events.md says is so. */
class DocumentationTest {
    private static final Pattern EXAMPLE =
            Pattern.compile("```text\\nkey: ([^\\n]*)\\n([^{]*?)\\n(\\{.*?)```", Pattern.DOTALL);

    private final String page = page();

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void everyCodeHasItsRow(ErrorCode code) {
        assertThat(page)
                .contains(
                        "| `%s` | %s | %s | %s |\n"
                                .formatted(
                                        code,
                                        code.type().name().toLowerCase(Locale.ROOT),
                                        code.retryable() ? "yes" : "no",
                                        code.remedy()));
    }

    @Test
    void noCodeIsToldThatIsNone() {
        Matcher rows = Pattern.compile("(?m)^\\| `([A-Z0-9_]+)` \\|").matcher(page);
        List<String> told = rows.results().map(row -> row.group(1)).toList();

        assertThat(told)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(ErrorCode.values()).map(ErrorCode::name).toList());
    }

    @Test
    void everyTopicIsNamed() {
        assertThat(Topics.all()).allSatisfy(topic -> assertThat(page).contains(topic.name()));
    }

    @Test
    void theExampleIsAccepted() {
        Matcher example = EXAMPLE.matcher(page);
        assertThat(example.find()).isTrue();
        List<Header> headers = new ArrayList<>();
        example.group(2)
                .lines()
                .filter(line -> !line.isBlank())
                .map(line -> line.split(": ", 2))
                .forEach(header -> headers.add(Header.of(header[0], header[1])));

        Reading reading =
                new EventReader()
                        .read(
                                new RawRecord(
                                        Topics.TENANT_LIFECYCLE,
                                        0,
                                        0,
                                        0,
                                        example.group(1).getBytes(UTF_8),
                                        example.group(3).getBytes(UTF_8),
                                        headers));

        assertThat(reading).asInstanceOf(type(Reading.Accepted.class)).isNotNull();
    }

    private static String page() {
        Path home = Path.of(System.getProperty("leasehold.home", ".."));
        try {
            return Files.readString(home.resolve("docs/events.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
