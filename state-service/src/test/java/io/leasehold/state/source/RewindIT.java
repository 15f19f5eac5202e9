package io.leasehold.state.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Positions are judged again only when an operator says so, on a real ledger. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class RewindIT {
    @Inject Ledger ledger;

    private final String tenant = "t-" + UUID.randomUUID();
    private final TestUpstream upstream = new TestUpstream().madeAgain();
    private final IntakeRequest.Item[] all = {
        upstream.item(TestUpstream.wants(tenant, 1, "unknown", 3)),
        upstream.refused("JSON_MALFORMED"),
        upstream.item(TestUpstream.wants(tenant, 2, "unknown", 4))
    };

    @Test
    void step0ARewindIsAnOperatorsActAndJudgesAgain() {
        upstream.dispositions(all);
        List<Object> life = life();
        assertThat(rewind("\"offset\":1,\"execute\":false").path("what").asText())
                .contains("from offset 1")
                .contains("partition 0, which stands at 3");
        assertThat(upstream.dispositions(all)).containsOnly("BELOW_WATERMARK");

        JsonNode done = rewind("\"offset\":1,\"partition\":0,\"execute\":true");

        assertThat(done.path("executed").asBoolean()).isTrue();
        assertThat(upstream.dispositions(all))
                .containsExactly("BELOW_WATERMARK", "DEAD_LETTERED", "DUPLICATE");
        assertThat(life()).isEqualTo(life);
        assertThat(
                        ledger.column(
                                "select concat(offset_no, ' ', reading, ' ', disposition) from tenant_event"
                                        + " where topic = ? order by reading, offset_no",
                                upstream.topic()))
                .containsExactly(
                        "0 0 SUPERSEDED",
                        "1 0 DEAD_LETTERED",
                        "2 0 PENDING",
                        "1 1 DEAD_LETTERED",
                        "2 1 DUPLICATE");
        assertThat(
                        ledger.column(
                                "select reason from audit where action = 'rewind-intake' and subject = ?",
                                upstream.topic() + "/0/1"))
                .containsExactly("lost a day");
    }

    @Test
    void whereNothingWasReadThereIsNothingToRewind() {
        upstream.dispositions(all);

        assertThat(rewind("\"offset\":3,\"execute\":true").path("executed").asBoolean()).isFalse();
        assertThat(rewind("\"offset\":0,\"partition\":9,\"execute\":true").path("what").asText())
                .startsWith("No partition of");
    }

    @Test
    void onlyTheTopicThatBearsTheNameNowIsRewound() {
        upstream.dispositions(all);
        TestUpstream again = upstream.madeAgain();
        again.dispositions(again.refused("JSON_MALFORMED"));

        assertThat(rewind("\"offset\":0,\"execute\":true").path("what").asText())
                .contains("partition 0, which stands at 1");
        assertThat(upstream.dispositions(all)).containsOnly("BELOW_WATERMARK");
    }

    private List<Object> life() {
        return ledger.column("select row_to_json(l)::text from life l where tenant_id = ?", tenant);
    }

    private JsonNode rewind(String fields) {
        ServiceClient.Reply reply =
                ServiceClient.as(TestTokens.OPERATOR)
                        .send(
                                "POST",
                                "/v1/intake/rewind",
                                "{\"topic\":\"%s\",%s,\"reason\":\"lost a day\"}"
                                        .formatted(upstream.topic(), fields));
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.json();
    }
}
