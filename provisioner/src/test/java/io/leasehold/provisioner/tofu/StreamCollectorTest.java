package io.leasehold.provisioner.tofu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is kept of a stream whose length is its maker's. */
class StreamCollectorTest {

    private static final int LOG_LINES = 100;

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

    /** Its beginning is in what was kept before anybody knew that it is a secret. */
    @Test
    void aSecretOfTheRunAcrossTheCutIsNotLeftHalf() {
        for (int kept = 1; kept < "made-in-the-run".length(); kept++) {
            error("x".repeat(8 * 1024 - kept) + "made-in-the-run");
        }
        masker.learn(List.of(new Secret("made-in-the-run"), new Secret("another of the run")));
        stream.end();

        assertThat(stream.diagnostics())
                .hasSize(14)
                .allMatch(one -> one.detail().matches("x+\\(hidden\\)"));
    }

    @Test
    void whatARuntimeSaysThatGivesUpIsKept() {
        stream.stdout("fatal error: printed by a program\n".getBytes(UTF_8));
        stream.stderr("a word before\n".getBytes(UTF_8));
        assertThat(stream.crash()).isEmpty();

        stream.stderr("runtime: out of memory: of secret-of-the-run\n".getBytes(UTF_8));
        stream.stderr("fatal error: out of memory\n".getBytes(UTF_8));
        masker.learn(List.of(new Secret("secret-of-the-run")));

        assertThat(stream.crash())
                .hasValueSatisfying(error -> {
                    assertThat(error.summary()).isEqualTo(Diagnostic.CRASH);
                    assertThat(error.detail()).isEqualTo("runtime: out of memory: of (hidden)");
                });
    }

    /** Pipes hand on what they have, and know neither letters nor secrets. */
    @Test
    void aSecretAndALetterAreWholeWhereverThePiecesAreCut() {
        masker.learn(List.of(new Secret("geheïm-wörtlich")));
        byte[] line = "né: geheïm-wörtlich.\n".getBytes(UTF_8);
        for (int cut = 0; cut <= line.length; cut++) {
            stream.stdout(Arrays.copyOfRange(line, 0, cut));
            stream.stderr(Arrays.copyOfRange(line, 0, cut));
            stream.stdout(Arrays.copyOfRange(line, cut, line.length));
            stream.stderr(Arrays.copyOfRange(line, cut, line.length));
        }
        for (byte one : line) {
            stream.stdout(new byte[] {one});
        }
        stream.end();

        assertThat(log).hasSize(2 * line.length + 3).containsOnly("né: (hidden).");
    }

    private void printed(String resource, String output) {
        stream.stdout(
                """
                {"@message":"%1$s: (local-exec): %2$s","type":"provision_progress",\
                "hook":{"resource":{"addr":"%1$s"},"provisioner":"local-exec","output":"%2$s"}}
                """
                        .formatted(resource, output)
                        .getBytes(UTF_8));
    }

    /** Tofu gives on what there is of a line when a program pauses. */
    @Test
    void aSecretThatAProgramPrintsWithAPauseIsNotShownInPieces() {
        masker.learn(List.of(new Secret("made-in-the-run")));
        for (int cut = 4; cut < "made-in-the-run".length(); cut++) {
            printed("x.a", "it is " + "made-in-the-run".substring(0, cut));
            printed("x.b", "meanwhile");
            printed("x.a", "made-in-the-run".substring(cut) + ", it is");
        }
        for (char one : "made-in-the-run".toCharArray()) {
            printed("x.c", String.valueOf(one));
        }
        printed("x.c", " and made");
        printed("x.c", " up");
        stream.end();

        assertThat(log.subList(0, 33))
                .containsOnly(
                        "x.a: (local-exec): it is (hidden)",
                        "x.b: (local-exec): meanwhile",
                        "x.a: (local-exec): (hidden), it is");
        assertThat(log.subList(33, 50))
                .containsExactly(
                        Stream.of(
                                        List.of("m", "a", "d"),
                                        Collections.nCopies(12, "(hidden)"),
                                        List.of(" and (hidden)", " up"))
                                .flatMap(List::stream)
                                .map(said -> "x.c: (local-exec): " + said)
                                .toArray(String[]::new));
    }
}
