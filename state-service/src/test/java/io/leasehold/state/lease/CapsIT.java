package io.leasehold.state.lease;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class CapsIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject Caps caps;

    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);
    private final String test = UUID.randomUUID().toString();

    @BeforeEach
    void aQuietLedgerAndOneWorker() {
        worker.beginsWithNothingDue();
    }

    @AfterEach
    void withoutCaps() {
        ledger.update("delete from cap");
    }

    private Reply set(String name, String body) {
        return operator.send("PUT", "/v1/caps/" + name, body.replace('\'', '"'));
    }

    private Optional<Claim> claim() {
        return worker.claim("boot-1", UUID.randomUUID().toString(), Lane.LIFECYCLE, 0);
    }

    private void dueThree() {
        for (int i = 0; i < 3; i++) {
            ledger.due("t" + i + "-" + test);
        }
    }

    @Test
    void aCapCountsFromTheMomentItIsSetAlsoForWhatIsDueAndAtWork() {
        dueThree();
        worker.beats(worker.mustClaim(), RunPhase.PLANNING);

        Reply set =
                set("cloud", "{'most':2,'blueprint':'starter','reason':'the cloud throttles us'}");

        assertThat(set.status()).as(set.body()).isEqualTo(200);
        assertThat(set.json().path("atWork").asInt()).isEqualTo(1);
        assertThat(claim()).isPresent();
        assertThat(claim()).isEmpty();
        JsonNode listed = operator.send("GET", "/v1/caps", null).json().path("items").path(0);
        assertThat(listed.path("name").asText()).isEqualTo("cloud");
        assertThat(listed.path("atWork").asInt()).isEqualTo(2);
        assertThat(listed.path("setBy").asText()).isEqualTo("the-operator");
        assertThat(
                        ledger.value(
                                "select reason from audit where action = 'set-cap' order by id desc limit 1"))
                .isEqualTo("the cloud throttles us");
    }

    @Test
    void whatACapDidNotReachWhenItWasSetIsFoundSoon() {
        dueThree();
        // As by a process that ended before it had told the stacks.
        ledger.update(
                "insert into cap (name, most, tenants, set_by, set_at) values ('cloud', 0, ?, 'ann', now())",
                "*" + test);

        Ledger.await(caps::look);

        assertThat(claim()).isEmpty();
    }

    @Test
    void whoWaitsForACapIsToldSo() {
        set("cloud", "{'most':0,'tenants':'*" + test + "','reason':'nothing for now'}");
        dueThree();
        assertThat(claim()).isEmpty();

        assertThat(
                        operator.send("GET", "/v1/tenants/t1-" + test, null)
                                .json()
                                .path("waitingFor")
                                .path(0)
                                .asText())
                .isEqualTo(
                        "database: the cap cloud lets none begin; it goes on when the cap is raised or"
                                + " removed (leasehold caps)");
    }

    @Test
    void whatACapHeldBackRunsWhenItIsRemovedOrWidened() {
        set("cloud", "{'most':0,'stack':'database','reason':'nothing for now'}");
        dueThree();
        assertThat(claim()).isEmpty();

        set("cloud", "{'most':1,'stack':'database','reason':'one at a time'}");
        assertThat(claim()).isPresent();
        assertThat(claim()).isEmpty();

        Reply removed =
                operator.send(
                        "POST", "/v1/caps/cloud/remove", "{\"reason\":\"the cloud is well\"}");
        assertThat(removed.status()).as(removed.body()).isEqualTo(200);
        assertThat(claim()).isPresent();
        assertThat(operator.send("GET", "/v1/caps", null).json().path("items")).isEmpty();
    }

    @Test
    void aStackUnderTwoCapsIsHeldBackByEither() {
        set("one", "{'most':5,'blueprint':'starter','reason':'wide'}");
        set("two", "{'most':1,'stack':'database','reason':'narrow'}");
        dueThree();
        ledger.life("other-" + test, 1);
        ledger.stack("other-" + test, "topics");

        assertThat(claim()).isPresent();
        assertThat(claim().orElseThrow().stack().stack()).isEqualTo("topics");
        assertThat(claim()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '#',
            delimiter = '|',
            value = {
                "Cloud | {'most':1,'reason':'why'} | CAP_INVALID",
                "a_b   | {'most':1,'reason':'why'} | CAP_INVALID",
                "cloud | {'most':-1,'reason':'why'} | CAP_INVALID",
                "cloud | {'most':1,'tenants':'a%','reason':'why'} | CAP_INVALID",
                "cloud | {'most':1,'reason':' '} | REASON_MISSING",
            })
    void whatIsNoCapIsRefused(String name, String body, String code) {
        assertThat(set(name, body).code()).isEqualTo(code);
        assertThat(operator.send("POST", "/v1/caps/none/remove", "{\"reason\":\"gone\"}").code())
                .isEqualTo("CAP_UNKNOWN");
    }
}
