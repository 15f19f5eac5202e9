package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.events.ErrorCode;
import io.leasehold.provisioner.tofu.Diagnostic;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What tofu and providers say, each with its class: {@code from} a tofu and providers that were
 * made to fail so, from what the interfaces of clouds are documented to answer, or made up of words
 * that only seem to say something.
 */
class FailureCorpusTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    record Said(String summary, String detail, @Nullable String address) {
        private Diagnostic diagnostic() {
            return new Diagnostic(
                    Diagnostic.Severity.ERROR, summary, detail, Optional.ofNullable(address));
        }
    }

    record Failure(String name, String from, ErrorCode code, List<Said> errors) {
        private FailureClassifier.Found found() {
            return FailureClassifier.find(errors.stream().map(Said::diagnostic).toList());
        }

        @Override
        public String toString() {
            return name + ", " + from;
        }
    }

    static List<Failure> corpus() throws IOException {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                Objects.requireNonNull(
                                        FailureCorpusTest.class.getResourceAsStream(
                                                "/failures/corpus.jsonl")),
                                StandardCharsets.UTF_8))) {
            return lines.lines().map(FailureCorpusTest::read).toList();
        }
    }

    private static Failure read(String line) {
        try {
            return JSON.readValue(line, Failure.class);
        } catch (IOException e) {
            throw new IllegalStateException(line, e);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("corpus")
    void isOfItsClass(Failure failure) {
        assertThat(failure.found().code()).isEqualTo(failure.code());
    }

    @Test
    void mostOfItIsReal() throws IOException {
        assertThat(corpus().stream().filter(each -> each.from().startsWith("tofu")).count())
                .isGreaterThanOrEqualTo(60);
    }

    @Test
    void onlyACredentialThatRanOutIsWorthAnotherTryOfThoseThatAreRefused() throws IOException {
        assertThat(
                        corpus().stream()
                                .filter(each -> each.code() == ErrorCode.AUTHN)
                                .filter(each -> each.found().retryable())
                                .map(Failure::name))
                .containsExactlyInAnyOrder(
                        "aws-expired-token", "aws-expired-token-exception", "azure-expired");
    }

    @Test
    void theProviderIsKnownOfWhatItsResourcesAndItsConfigurationFailWith() throws IOException {
        assertThat(
                        corpus().stream()
                                .filter(each -> each.errors().getFirst().address() != null)
                                .filter(each -> each.found().decisive().isPresent())
                                .filter(each -> each.from().startsWith("tofu"))
                                .map(each ->
                                        each.name().replaceAll("-.*", "")
                                                + " "
                                                + each.found()
                                                        .decisive()
                                                        .flatMap(Diagnostic::provider)
                                                        .orElse("?"))
                                .filter(each -> each.matches("(pg|kafka) .*"))
                                .distinct())
                .containsExactlyInAnyOrder("pg postgresql", "kafka kafka");
    }
}
