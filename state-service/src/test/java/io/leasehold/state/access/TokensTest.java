package io.leasehold.state.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.state.TestTokens;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
    @Test
    void aTokenStandsForItsNameAndRole() {
        Tokens tokens = Tokens.parse(List.of(TestTokens.line(TestTokens.WORKER)));

        assertThat(tokens.find(TestTokens.WORKER))
                .contains(
                        new Tokens.Bearer(
                                "the-worker", new Grants(Grants.of("worker", Scope.ALL))));
        assertThat(tokens.find(TestTokens.VIEWER)).isEmpty();
        assertThat(tokens.find("")).isEmpty();
    }

    @Test
    void anOperatorMayAllThatAViewerMay() {
        Tokens tokens = Tokens.parse(List.of(TestTokens.line(TestTokens.OPERATOR)));

        assertThat(tokens.find(TestTokens.OPERATOR).orElseThrow().grants().roles())
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

        assertThat(tokens.find(TestTokens.INTAKE).orElseThrow().grants().roles())
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "viewer a %s colour=red|neither tenant=PATTERN nor state=",
                "viewer a %s tenant=acme*x/1|neither",
                "viewer a %s tenant=ACME|neither",
                "viewer a %s tenant=|neither",
                "state a %s state=acme/1|neither",
                "state a %s state=acme/0/x|neither",
                "state a %s state=acme/1/../x|neither",
                "state a %s|must say which states",
                "worker a %s tenant=acme|has no limits",
                "intake a %s state=acme/1/x|has no limits",
                "viewer a %s tenant=acme tenant=other|more words",
                "run a %s|none of the roles"
            })
    void aLimitThatIsNotOneIsRefusedWithItsLine(String form, String why) {
        String digest = "0123456789abcdef".repeat(4);

        assertThatThrownBy(() -> Tokens.parse(List.of("# one", form.formatted(digest))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining(why)
                .hasMessageNotContaining(digest);
    }

    @Test
    void aLimitedOperatorIsLimitedAsAViewerToo() {
        Tokens tokens = Tokens.parse(List.of(TestTokens.line(TestTokens.OWN_OPERATOR)));
        Grants grants = tokens.find(TestTokens.OWN_OPERATOR).orElseThrow().grants();

        assertThat(grants.unlimited(List.of("operator", "viewer"))).isEmpty();
        assertThat(grants.role(List.of("viewer"), new Target.Tenant("own-1"))).contains("viewer");
        assertThat(grants.role(List.of("viewer"), new Target.Tenant("other"))).isEmpty();
        assertThat(grants.limits(List.of("operator", "viewer"))).isEqualTo("tenant=own-*");
    }

    @Test
    void aFileWithoutTokensIsRefused() {
        assertThatThrownBy(() -> Tokens.parse(List.of("# nothing")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
