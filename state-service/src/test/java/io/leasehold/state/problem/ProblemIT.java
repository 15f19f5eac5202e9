package io.leasehold.state.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is refused, by whomever, leaves in one form and names nothing of the inside. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class ProblemIT {
    private static final String CLAIM = "/v1/outbox/shards";

    private final ServiceClient publisher = ServiceClient.as(TestTokens.PUBLISHER);
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);

    @ParameterizedTest
    @CsvSource({
        "GET,    /nowhere,                      404, NOT_FOUND",
        "GET,    /,                             404, NOT_FOUND",
        "POST,   /v1/nowhere,                   404, NOT_FOUND",
        "GET,    /state/kit/1,                  404, NOT_FOUND",
        "DELETE, /state/kit/1/s,                405, METHOD_NOT_ALLOWED",
        "PUT,    /v1/outbox/shards,             405, METHOD_NOT_ALLOWED",
        "GET,    /v1/outbox/shards/x/rows,      404, NOT_FOUND",
        "GET,    /v1/outbox/shards/1/rows?limit=x, 404, NOT_FOUND"
    })
    void whatNoResourceTakesIsAProblemToo(String verb, String path, int status, String code) {
        Reply reply = publisher.send(verb, path, null);

        isProblem(reply, status, code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense",
                "[]",
                "{\"atMost\":\"x\",\"publisher\":\"a\",\"bootId\":\"b\"}",
                "{}",
                "null"
            })
    void aBodyOfTheWrongFormIsRefusedWithoutBeingQuoted(String body) {
        Reply reply = publisher.send("POST", CLAIM, body);

        isProblem(reply, 400, "REQUEST_INVALID");
        assertThat(reply.body()).doesNotContain("nonsense");
    }

    @Test
    void aMissingBodyIsRefused() {
        isProblem(publisher.send("POST", CLAIM, null), 400, "REQUEST_INVALID");
        isProblem(operator.send("LOCK", "/state/kit/1/s", null), 400, "LOCK_INVALID");
        isProblem(operator.send("POST", "/state/kit/1/s?ID=a", null), 400, "STATE_INVALID");
    }

    @Test
    void aBodyBeyondEveryLimitIsRefused() {
        Reply reply = publisher.send("POST", CLAIM, " ".repeat(71 * 1024 * 1024));

        isProblem(reply, 413, "TOO_LARGE");
    }

    @Test
    void aBodyOfAnotherKindIsRefused() {
        Reply reply =
                ServiceClient.as(TestTokens.PUBLISHER).sendAs("text/plain", "POST", CLAIM, "x");

        isProblem(reply, 415, "MEDIA_TYPE_UNSUPPORTED");
    }

    private static void isProblem(Reply reply, int status, String code) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(status);
        assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
        assertThat(reply.code()).isEqualTo(code);
        assertThat(reply.json().path("status").asInt()).isEqualTo(status);
        assertThat(reply.json().path("title").asText()).isNotBlank();
        for (String inside : List.of("io.leasehold", "java.", "Exception", "jackson", "quarkus")) {
            assertThat(reply.body()).doesNotContainIgnoringCase(inside);
        }
    }
}
