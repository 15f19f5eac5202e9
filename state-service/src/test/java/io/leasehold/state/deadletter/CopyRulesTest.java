package io.leasehold.state.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.ledger.api.LetterCopy;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CopyRulesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SOUND =
            """
            {"format":1,"id":"0199c4f5-0000-7000-8000-000000000001","kind":"EVENT","status":"OPEN",
             "code":"JSON_MALFORMED","reason":"is not JSON","tenantId":"acme","incarnation":1,"replays":1,
             "position":{"topic":"t","partition":3,"offset":41},"blueprint":"starter@1.0.0",
             "at":"2026-01-02T03:04:05Z","original":{"position":{"topic":"t","partition":3,"offset":41},
             "timestampMillis":0,"key":"YQ==","value":"YQ==","headers":[{"name":"a","value":"YQ=="}]}}
            """;

    @Test
    void aLetterThatWasExportedCanBeTakenIn() throws Exception {
        assertThat(CopyRules.wrong(JSON.readValue(SOUND, LetterCopy.class))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "format      | 2                                  | format",
                "id          | '../x'                             | id",
                "id          | '0199c4f5-0000-4000-8000-000000000001' | id",
                "code        | 'CONFIG'                           | code",
                "code        | 'NONE'                             | code",
                "eventId     | 'a\\u0000'                         | eventId",
                "tenantId    | 'A b'                              | tenantId",
                "blueprint   | 'starter'                          | blueprint",
                "incarnation | 0                                  | incarnation",
                "replays     | -1                                 | replays",
                "replays     | 100000                             | replays",
                "at          | 'yesterday'                        | at",
                "position    | null                               | position",
                "position    | {'topic':'t','partition':3,'offset':42} | original stood elsewhere",
            })
    void whatIsWrongIsSaid(String field, String value, String expected) throws Exception {
        ObjectNode copy = (ObjectNode) JSON.readTree(SOUND);
        copy.set(field, JSON.readTree(value.replace('\'', '"')));

        assertThat(CopyRules.wrong(JSON.treeToValue(copy, LetterCopy.class)))
                .hasValueSatisfying(wrong -> assertThat(wrong).contains(expected));
    }

    @Test
    void whatNoTopicTakesIsNotTakenIn() throws Exception {
        ObjectNode copy = (ObjectNode) JSON.readTree(SOUND);
        copy.withObject("/original")
                .put("value", Base64.getEncoder().encodeToString(new byte[1_114_113]));

        assertThat(CopyRules.wrong(JSON.treeToValue(copy, LetterCopy.class)))
                .hasValueSatisfying(wrong -> assertThat(wrong).contains("larger than any record"));
    }
}
