package io.leasehold.state.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Paths;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What contract and blueprint say of an event that nobody sent. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class EventCheckIT {
    private final String blueprint = "b-" + UUID.randomUUID();
    private final ServiceClient viewer = ServiceClient.as(TestTokens.VIEWER);

    @BeforeEach
    void aBlueprint() {
        TestBlueprints.registers(TestBlueprints.SINGLE, blueprint);
    }

    @Test
    void whatTheBlueprintTakesIsSound() {
        assertThat(code(event(blueprint, "{\"size\":3}"))).isEmpty();
    }

    @Test
    void whatTheBlueprintRefusesComesWithItsCodeAndWhere() {
        Reply reply = check(event(blueprint, "{\"size\":3,\"shade\":\"red\"}"));

        assertThat(reply.json().path("code").asText()).isEqualTo("VAR_UNDECLARED");
        assertThat(reply.json().path("reason").asText()).contains("shade").doesNotContain("red");
    }

    @Test
    void aBlueprintThatIsNotRegisteredIsSaidWithTheTimeItWouldBeWaitedFor() {
        Reply reply = check(event("b-nobody", "{}"));

        assertThat(reply.json().path("code").asText()).isEqualTo("BLUEPRINT_UNKNOWN");
        assertThat(reply.json().path("reason").asText()).contains("b-nobody@1.0.0", "wait");
    }

    @Test
    void aDeletionNeedsNoBlueprint() {
        assertThat(
                        code(
                                """
                                {"tenantId":"acme","generation":2,"lifecycle":"deleted"}
                                """))
                .isEmpty();
    }

    @Test
    void whatTheContractRefusesIsAnAnswerTooWhateverItIs() {
        assertThat(code("[1]")).isEqualTo("JSON_MALFORMED");
        assertThat(code("{\"tenantId\":")).isEqualTo("JSON_MALFORMED");
        assertThat(code("{\"tenantId\":\"acme\",\"generation\":1,\"lifecycle\":\"odd\"}"))
                .isEqualTo("SCHEMA_VIOLATION");
        assertThat(code(" ".repeat(64 * 1024 + 1))).isEqualTo("LIMIT_EXCEEDED");
    }

    private String code(String data) {
        return check(data).json().path("code").asText("");
    }

    private Reply check(String data) {
        Reply reply = viewer.send("POST", Paths.EVENT_CHECK, data);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply;
    }

    private static String event(String blueprint, String variables) {
        return """
        {"tenantId":"acme","generation":1,"lifecycle":"active",
         "blueprint":{"name":"%s","version":"1.0.0"},"variables":%s}
        """
                .formatted(blueprint, variables);
    }
}
