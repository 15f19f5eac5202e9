package io.leasehold.events.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergePatchTest {
    private static MergePatch.Result apply(String patch, String value) {
        return MergePatch.apply(patch.getBytes(UTF_8), value.getBytes(UTF_8));
    }

    /**
     * The cases of RFC 7396 in which both sides are objects, and what an event needs of numbers.
     */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\0',
            delimiter = '|',
            value = {
                "{\"a\":\"b\"}|{\"a\":\"c\"}|{\"a\":\"c\"}",
                "{\"a\":\"b\"}|{\"b\":\"c\"}|{\"a\":\"b\",\"b\":\"c\"}",
                "{\"a\":\"b\"}|{\"a\":null}|{}",
                "{\"a\":\"b\",\"b\":\"c\"}|{\"a\":null}|{\"b\":\"c\"}",
                "{\"a\":[\"b\"]}|{\"a\":\"c\"}|{\"a\":\"c\"}",
                "{\"a\":\"c\"}|{\"a\":[\"b\"]}|{\"a\":[\"b\"]}",
                "{\"a\":{\"b\":\"c\"}}|{\"a\":{\"b\":\"d\",\"c\":null}}|{\"a\":{\"b\":\"d\"}}",
                "{\"a\":[{\"b\":\"c\"}]}|{\"a\":[1]}|{\"a\":[1]}",
                "{\"e\":null}|{\"a\":1}|{\"e\":null,\"a\":1}",
                "{}|{\"a\":{\"bb\":{\"ccc\":null}}}|{\"a\":{\"bb\":{}}}",
                "{\"a\":\"\\ud83d\\ude00\"}|{\"b\":1}|{\"a\":\"\ud83d\ude00\",\"b\":1}",
                "{\"a\":\"\\ud800\"}|{\"a\":1}|{\"a\":1}",
                "{\"n\":12345678901234567890.10}|{\"m\":1.50}|{\"n\":12345678901234567890.10,\"m\":1.50}",
            })
    void whatThePatchHasReplacesWhatTheValueHas(String value, String patch, String expected) {
        assertThat(apply(patch, value)).isEqualTo(new MergePatch.Result.Patched(expected));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\0',
            delimiter = '|',
            value = {
                "{|{}",
                "[]|{}",
                "{\"a\":1,\"a\":2}|{}",
                "{\"a\":\"\\ud800\"}|{}",
                "{}|{",
                "{}|{\"a\":1,\"a\":2}",
                "{}|{\"a\":\"\\ud800\"}",
                "{}|{\"\\udc00a\":1}"
            })
    void noFaultOfEitherSideIsMendedUnseen(String patch, String value) {
        assertThat(apply(patch, value))
                .isInstanceOf(
                        patch.equals("{}")
                                ? MergePatch.Result.NoTarget.class
                                : MergePatch.Result.NoPatch.class);
    }
}
