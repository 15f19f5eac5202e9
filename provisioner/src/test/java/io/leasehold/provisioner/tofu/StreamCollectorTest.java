package io.leasehold.provisioner.tofu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is kept of a stream whose length is its maker's. */
class StreamCollectorTest {

    private static final int LOG_LINES = 10;

    private final List<String> log = new ArrayList<>();
    private final Masker masker = new Masker(List.of());
    private final StreamCollector stream =
            new StreamCollector(
                    masker, (_, line) -> log.add(line.text()), Clock.systemUTC(), LOG_LINES, false);

    private void error(String detail) {
        stream.stdout(
                """
                {"type":"diagnostic","diagnostic":{"severity":"error","summary":"oh","detail":"%s"}}
                """
                        .formatted(detail)
                        .getBytes(UTF_8));
    }

    @Test
    void errorsAreKeptPastTheLimitOfTheLogBecauseTheyComeLast() {
        for (int i = 0; i < LOG_LINES; i++) {
            stream.stdout("a line\n".getBytes(UTF_8));
        }
        error("at last");
        stream.end();

        assertThat(log).hasSize(LOG_LINES + 1).last().isEqualTo("Error: oh: at last");
    }

    @Test
    void anErrorIsMaskedByWhatIsKnownInTheEnd() {
        error("made-in-the-run");
        masker.learn(List.of(new Secret("made-in-the-run")));
        stream.end();

        assertThat(stream.diagnostics())
                .singleElement()
                .hasToString(
                        new Diagnostic(
                                        Diagnostic.Severity.ERROR,
                                        "oh",
                                        "(hidden)",
                                        Optional.empty())
                                .toString());
    }

    @Test
    void errorsWithoutEndAreReadAndNotKept() {
        for (int i = 0; i < 1000; i++) {
            error("again");
        }
        stream.end();

        assertThat(stream.diagnostics()).hasSize(200);
        assertThat(log).hasSize(201).last().isEqualTo("800 more lines were read and not kept");
    }

    @Test
    void anErrorWithoutEndIsCut() {
        error("x".repeat(1 << 19));
        stream.end();

        assertThat(stream.diagnostics().getFirst().detail()).hasSize(8 * 1024);
        assertThat(log).hasSize(1).allMatch(line -> line.length() == 8 * 1024);
    }
}
