package io.leasehold.state.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.state.TestTokens;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
    @Test
    void aTokenStandsForItsNameAndRole() {
        Tokens tokens = Tokens.parse(List.of(TestTokens.line(TestTokens.WORKER)));

        assertThat(tokens.find(TestTokens.WORKER))
                .contains(new Tokens.Bearer("the-worker", Set.of("worker")));
        assertThat(tokens.find(TestTokens.VIEWER)).isEmpty();
        assertThat(tokens.find("")).isEmpty();
    }

    @Test
    void anOperatorMayAllThatAViewerMay() {
        Tokens tokens = Tokens.parse(List.of(TestTokens.line(TestTokens.OPERATOR)));

        assertThat(tokens.find(TestTokens.OPERATOR).orElseThrow().roles())
                .containsExactlyInAnyOrder("operator", "viewer");
    }

    @Test
    void severalLinesGiveATokenSeveralRolesAndCommentsDoNotCount() {
        String intake = TestTokens.line(TestTokens.INTAKE);
        Tokens tokens =
                Tokens.parse(
                        List.of(
                                "# who may",
                                "",
                                intake,
                                intake.replaceFirst("intake", "publisher")));

        assertThat(tokens.find(TestTokens.INTAKE).orElseThrow().roles())
                .containsExactlyInAnyOrder("intake", "publisher");
    }

    @Test
    void aTokenWithTwoNamesIsRefused() {
        String line = TestTokens.line(TestTokens.WORKER);

        assertThatThrownBy(() -> Tokens.parse(List.of(line, line.replace("the-worker", "another"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"worker name", "worker name abc", "king name %s", "%s", "worker a b %s"})
    void aLineThatIsNotARightIsRefusedWithoutBeingQuoted(String form) {
        String digest = "0123456789abcdef".repeat(4);

        assertThatThrownBy(() -> Tokens.parse(List.of(form.formatted(digest))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 1")
                .hasMessageNotContaining(digest);
    }

    @Test
    void aFileWithoutTokensIsRefused() {
        assertThatThrownBy(() -> Tokens.parse(List.of("# nothing")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
