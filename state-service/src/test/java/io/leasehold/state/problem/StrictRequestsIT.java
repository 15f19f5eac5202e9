package io.leasehold.state.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.Ledger;
import io.leasehold.state.LogWatch;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What does not say clearly what it wants is refused by the name of what is unclear. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class StrictRequestsIT {
    private static final String CLAIM = "/v1/outbox/shards";

    @Inject Ledger ledger;

    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);
    private final ServiceClient publisher = ServiceClient.as(TestTokens.PUBLISHER);

    @ParameterizedTest
    @CsvSource({
        "POST, /v1/tenants/acme/1/unhold",
        "POST, /v1/tenants/acme/1/hold",
        "POST, /v1/stacks/acme/1/main/unhold",
        "POST, /v1/runs/r1/cancel",
        "POST, /v1/caps/c1/remove",
        "POST, /v1/keys/rotate",
        "POST, /v1/states/acme/1/main/delete"
    })
    void aNameThatStandsTwiceOrWhatFollowsTheDocumentIsNotTaken(String verb, String path) {
        isInvalid(operator.send(verb, path, "{\"reason\":\"abc\",\"reason\":\"def\"}"), "/reason");
        isInvalid(operator.send(verb, path, "{\"reason\":\"abc\"} {\"x\":1}"), "");
        isInvalid(operator.send(verb, path, "{\"reason\":\"abc\"} xx"), "");
    }

    @Test
    void theSameHoldsForLocksAndForServices() {
        for (String lock :
                new String[] {
                    "{\"ID\":\"t\"} xx", "{\"ID\":\"t\",\"ID\":\"u\"}", "{\"ID\":\"a\\u0000b\"}"
                }) {
            Reply refused = operator.send("LOCK", "/state/strict/1/s", lock);
            assertThat(refused.status()).as(refused.body()).isEqualTo(400);
            assertThat(refused.code()).isEqualTo("LOCK_INVALID");
        }
        isInvalid(
                publisher.send("POST", CLAIM, "{\"publisher\":\"a\",\"publisher\":\"b\"}"),
                "/publisher");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PUT  | /v1/caps/strict | {'mots':5,'reason':'abc'} | /most",
                "PUT  | /v1/caps/strict | {'most':null,'reason':'abc'} | /most",
                "PUT  | /v1/caps/strict | {'most':1.5,'reason':'abc'} | /most",
                "PUT  | /v1/caps/strict | {'most':'3','reason':'abc'} | /most",
                "PUT  | /v1/caps/strict | {'most':'','reason':'abc'} | /most",
                "PUT  | /v1/caps/strict | {'most':true,'reason':'abc'} | /most",
                "POST | /v1/tenants/acme/generation | {'execute':false,'reason':'abc'} | /generation",
                "POST | /v1/tenants/acme/generation | {'generation':3,'incarnation':'1','reason':'abc'} | /incarnation",
                "POST | /v1/states/acme/1/s/rollback | {'version':1.9} | /version",
                "POST | /v1/states/acme/1/s/delete | {'version':1.9,'reason':'abc'} | /version",
                "POST | /v1/states/acme/1/s/rollback | {'version':1,'execute':1} | /execute",
                "POST | /v1/states/acme/1/s/rollback | {'version':1,'execute':'true'} | /execute",
                "POST | /v1/states/acme/1/s/rollback | {'version':1,'execute':''} | /execute",
                "POST | /v1/states/acme/1/s/rollback | {'version':1,'execute':1.0} | /execute"
            })
    void aNumberOrTruthThatIsNoneOrMissingIsNotGuessed(
            String verb, String path, String body, String where) {
        isInvalid(operator.send(verb, path, body.replace('\'', '"')), where);
        assertThat(ledger.column("select 1 from cap where name = 'strict'")).isEmpty();
    }

    @Test
    void aServiceMaySendWhatThisVersionDoesNotKnow() {
        Reply reply =
                publisher.send(
                        "POST",
                        CLAIM,
                        "{\"publisher\":\"strict\",\"bootId\":\"b\",\"atMost\":0,\"newer\":{\"x\":1}}");

        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    }

    @Test
    void aNewerCommandLineMayLeaveOpenWhatThisVersionDoesNotKnow() {
        String cap = "{\"most\":1,\"reason\":\"abc\",\"newer\":%s}";

        isInvalid(operator.send("PUT", "/v1/caps/open", cap.formatted("1")), "/newer");
        isInvalid(operator.send("PUT", "/v1/caps/open", cap.formatted("{}")), "/newer");
        Reply reply = operator.send("PUT", "/v1/caps/open", cap.formatted("null"));
        ledger.update("delete from cap where name = 'open'");

        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/tenants/%00",
                "/v1/runs?tenant=%00",
                "/v1/states?tenant=%00",
                "/v1/stacks?tenant=a%00b",
                "/v1/audit?tenant=%00",
                "/v1/drift?tenant=%00",
                "/v1/locks?tenant=%00"
            })
    void aNulIsRefusedBeforeTheDatabaseSeesIt(String path) {
        try (LogWatch log = LogWatch.begin()) {
            Reply reply = operator.send("GET", path, null);

            assertThat(reply.status()).as(reply.body()).isEqualTo(400);
            assertThat(reply.code()).isEqualTo("VALUE_REFUSED");
            assertThat(reply.json().path("requestId").asText())
                    .isEqualTo(reply.header("X-Request-Id"));
            assertThat(log.text())
                    .contains("request refused for a NUL")
                    .doesNotContain("the database refused", "\tat ", "select");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/tenants?limit=abc, limit",
        "/v1/tenants?limit=99999999999, limit",
        "/v1/tenants?limit=-1, limit",
        "/v1/tenants?limit=0, limit",
        "/v1/tenants?limit=, limit",
        "/v1/runs?limit=0, limit",
        "/v1/states?limit=0, limit",
        "/v1/audit?after=x, after",
        "/v1/states/acme/1/s/diff?from=1&to=abc, to",
        "/v1/states/acme/1/s/diff?from=99999999999999999999, from"
    })
    void aNumberInTheQueryThatIsNoneIsNamed(String path, String name) {
        isInvalid(operator.send("GET", path, null), name + " in the query");
    }

    private static void isInvalid(Reply reply, String where) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(400);
        assertThat(reply.header("Content-Type")).startsWith("application/problem+json");
        assertThat(reply.code()).isEqualTo("REQUEST_INVALID");
        assertThat(reply.json().path("detail").asText()).contains(where);
    }
}
