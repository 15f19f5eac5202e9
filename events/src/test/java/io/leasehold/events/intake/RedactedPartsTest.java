package io.leasehold.events.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.events.Header;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactedPartsTest {
    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\0',
            delimiter = '|',
            value = {
                "as shown|{'v':{'a':'secret','n':1}}|{'v':{'a':'(6 characters)','n':1}}|/v/a",
                "under the right name|{'vv':{'a':'secret'}}|{'v':{'b':'(6 characters)'}}|/v/b",
                "a list that grew shorter|{'l':['a','bc']}|{'l':['(2 characters)']}|/l/0",
                "a number|{'token':{'n':7}}|{'token':{'n':'(a number)'}}|/token/n",
                "of an envelope|{'specversion':'1.0','data':{'a/b':'x'}}"
                        + "|{'specversion':'1.0','data':{'a/b':'(1 characters)'}}|/data/a~1b",
                "corrected|{'v':{'a':'secret'}}|{'v':{'a':'other'}}|",
                "of another length|{'v':{'a':'secret'}}|{'v':{'a':'(7 characters)'}}|",
                "the words that were sent|{'v':{'a':'(6 characters)','b':'secret'}}"
                        + "|{'v':{'a':'(6 characters)'}}|",
                "not read|{'v':{'a':'secret'}}|{'v':'(6 characters)'|",
                "nothing was shown|{'v'|{'v':'(6 characters)'}|",
            })
    void whatARedactionLeftIsFoundWhereverItStands(
            String what, String original, String edited, @Nullable String pointers) {
        assertThat(RedactedParts.of(json(original), null).in(json(edited)))
                .as(what)
                .isEqualTo(pointers == null ? List.of() : List.of(pointers.split(",")));
    }

    @Test
    void aCopyThatWasShownCountsLikeTheOriginal() {
        RedactedParts parts = RedactedParts.of(json("{'a'"), json("{'a':'secret'}"));

        assertThat(parts.in(json("{'a':'(6 characters)'}"))).containsExactly("/a");
    }

    @Test
    void headersAndTheKeyAreComparedWithTheirOwn() {
        List<Header> original = List.of(Header.of("own", "secret"), Header.of("said", "(6 bytes)"));

        assertThat(RedactedParts.in(Redaction.headers(original), original))
                .containsExactly("own", "said");
        assertThat(RedactedParts.in(original, original)).isEmpty();
        assertThat(RedactedParts.in(List.of(Header.of("new", "(6 bytes)")), original)).isEmpty();
        byte[] key = json("Secret");
        assertThat(RedactedParts.isOf(json("(6 bytes)"), key)).isTrue();
        assertThat(RedactedParts.isOf(key, key)).isFalse();
        assertThat(RedactedParts.isOf(json("acme"), json("acme"))).isFalse();
        assertThat(RedactedParts.isOf(json("acme"), null)).isFalse();
    }
}
