package io.leasehold.state.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sources that are ordered by position, on a real ledger. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class PositionsIT {
    @Inject Ledger ledger;

    private final String tenant = "t-" + UUID.randomUUID();
    private final String blueprint = "b-" + UUID.randomUUID();
    private final TestUpstream upstream = TestUpstream.byPosition();
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);

    @BeforeEach
    void aBlueprint() {
        TestBlueprints.registers(TestBlueprints.SINGLE, blueprint);
    }

    private ObjectNode wants(int size) {
        return TestUpstream.uncounted(TestUpstream.wants(tenant, 1, blueprint, size));
    }

    private ObjectNode deletes() {
        return TestUpstream.uncounted(TestUpstream.deletes(tenant, 1));
    }

    @Test
    void theLedgerCountsGenerationsItselfFromOne() {
        assertThat(
                        upstream.dispositions(
                                upstream.item(wants(3)),
                                upstream.item(wants(3)),
                                upstream.item(wants(4)),
                                upstream.item(wants(3))))
                .containsExactly("PENDING", "DUPLICATE", "PENDING", "PENDING");

        assertThat(life("generation")).isEqualTo(3L);
        assertThat(
                        ledger.column(
                                "select generation from tenant_event where tenant_id = ? order by id",
                                tenant))
                .containsExactly(1L, "null", 2L, 3L);
        assertThat(life("source_offset")).isEqualTo(3L);
    }

    @Test
    void aGenerationThatIsGivenIsInvalid() {
        JsonNode verdict = upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));

        assertThat(verdict.path("code").asText()).isEqualTo("GENERATION_INVALID");
    }

    @Test
    void aGenerationThatIsNotGivenWhereItOrdersIsMissing() {
        JsonNode verdict = new TestUpstream().publishes(wants(3));

        assertThat(verdict.path("code").asText()).isEqualTo("GENERATION_MISSING");
    }

    @Test
    void aDeleteIsFinalAndWhatFollowsNeedsAnotherIncarnation() {
        upstream.publishes(wants(3));

        assertThat(upstream.publishes(deletes()).path("disposition").asText()).isEqualTo("APPLIED");
        assertThat(upstream.publishes(deletes()).path("disposition").asText())
                .isEqualTo("DUPLICATE");
        assertThat(upstream.publishes(wants(4)).path("code").asText())
                .isEqualTo("INCARNATION_REQUIRED");
        assertThat(upstream.publishes(wants(4).put("incarnation", 2)).path("disposition").asText())
                .isEqualTo("PENDING");
    }

    @Test
    void aReplayKeepsTheOrderOfItsOrigin() {
        upstream.publishes(wants(3));
        ObjectNode bad = wants(4);
        bad.withObject("variables").put("shape", "round");
        upstream.publishes(bad);
        String early = replay(1);
        upstream.publishes(wants(3));

        assertThat(upstream.dispositions(upstream.replay(wants(4), early)))
                .containsExactly("STALE");
        assertThat(life("source_offset")).as("what changed nothing moved it on").isEqualTo(2L);

        upstream.publishes(bad);
        String late = replay(4);
        assertThat(upstream.dispositions(upstream.replay(wants(4), late)))
                .containsExactly("PENDING");
        assertThat(life("source_offset")).isEqualTo(4L);
    }

    @Test
    void aReplayThatIsRefusedAgainKeepsItsFirstOrigin() {
        upstream.publishes(wants(3));
        ObjectNode bad = wants(4);
        bad.withObject("variables").put("shape", "round");
        upstream.publishes(bad);
        upstream.dispositions(upstream.replay(bad, replay(1)));
        upstream.publishes(wants(5));

        assertThat(upstream.dispositions(upstream.replay(wants(4), replay(2))))
                .containsExactly("STALE");
    }

    @Test
    void aTopicMadeAgainHoldsChangesUntilAnOperatorConfirmsIt() {
        for (int size = 1; size <= 5; size++) {
            upstream.publishes(wants(size));
        }
        TestUpstream again = upstream.madeAgain();

        assertThat(again.dispositions(again.item(wants(6)), again.item(wants(7))))
                .containsExactly("PENDING", "PENDING");
        assertThat(life("generation")).as("nothing is called stale, nothing moves").isEqualTo(5L);
        assertThat(alarms()).containsExactly("alarm-source-changed");
        assertThat(held()).hasSize(2);
        assertThat(view().path("waitingFor").path(0).asText())
                .startsWith("2 changes of the tenant are held");

        assertThat(confirm(false).path("what").asText())
                .contains("goes on where the one before ended");
        assertThat(life("generation")).isEqualTo(5L);
        assertThat(confirm(true).path("executed").asBoolean()).isTrue();

        assertThat(held()).isEmpty();
        assertThat(life("generation")).isEqualTo(7L);
        assertThat(dispositions().subList(5, 7)).containsExactly("SUPERSEDED", "PENDING");
        assertThat(again.publishes(wants(8)).path("disposition").asText()).isEqualTo("PENDING");
        assertThat(life("generation")).isEqualTo(8L);
        assertThat(confirm(true).path("executed").asBoolean()).as("once more").isFalse();
    }

    @Test
    void aTenantOfATopicMadeAgainThatWasNeverSeenIsHeldToo() {
        upstream.publishes(
                TestUpstream.uncounted(TestUpstream.wants("x" + tenant, 1, blueprint, 1)));
        TestUpstream again = upstream.madeAgain();

        again.publishes(wants(6));

        assertThat(life("generation")).isNull();
        assertThat(held()).hasSize(1);
        confirm(true);
        assertThat(life("generation")).isEqualTo(1L);
    }

    @Test
    void aChangedPartitionCountHoldsChangesUntilAnOperatorConfirmsIt() {
        upstream.publishes(wants(3));
        upstream.hasPartitions(48);

        upstream.publishes(wants(4));
        assertThat(life("generation")).isEqualTo(1L);
        assertThat(alarms()).containsExactly("alarm-source-changed");

        confirm(true);
        assertThat(life("generation")).isEqualTo(2L);
    }

    @Test
    void aTenantOnTwoPartitionsIsHeldUntilAnOperatorReleasesIt() {
        TestUpstream other = upstream.partition(7);
        upstream.publishes(wants(3));
        upstream.goesTo(1000);
        upstream.publishes(wants(4));

        other.publishes(wants(5));
        upstream.publishes(wants(6));
        assertThat(life("generation")).isEqualTo(2L);
        assertThat(held())
                .extracting(event -> event.path("reason").asText())
                .containsExactly(
                        "its events came by partition 0 before and now by 7",
                        "earlier changes of this tenant are held");
        assertThat(confirm(true).path("executed").asBoolean())
                .as("the topic is not what is wrong")
                .isFalse();

        assertThat(release(false).path("executed").asBoolean()).isFalse();
        assertThat(release(true).path("executed").asBoolean()).isTrue();

        assertThat(life("generation")).isEqualTo(4L);
        assertThat(life("source_partition")).isEqualTo(0);
        assertThat(
                        ledger.column(
                                "select action from audit where subject = ? and actor = 'the-operator'",
                                tenant))
                .containsExactly("release-held");
        other.publishes(wants(9));
        assertThat(held()).as("it is on two partitions still").hasSize(1);
    }

    @Test
    void aTenantOnTwoPartitionsIsHarmlessByGeneration() {
        TestUpstream one = new TestUpstream().madeAgain();
        TestUpstream other = one.partition(7);

        one.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));
        other.publishes(TestUpstream.wants(tenant, 3, blueprint, 5));
        JsonNode verdict = one.publishes(TestUpstream.wants(tenant, 2, blueprint, 4));

        assertThat(verdict.path("disposition").asText()).isEqualTo("STALE");
        assertThat(alarms()).isEmpty();
        assertThat(life("generation")).isEqualTo(3L);
    }

    @Test
    void readingAgainFromAnyPointChangesAndAlarmsNothing() {
        IntakeRequest.Item[] all = {
            upstream.item(wants(3)), upstream.item(wants(4)), upstream.item(wants(3))
        };
        upstream.dispositions(all);
        ledger.update(
                "update source_partition set next_offset = 0, rewinds = 1 where topic = ?",
                upstream.topic());

        assertThat(upstream.dispositions(all)).containsExactly("DUPLICATE", "STALE", "DUPLICATE");

        assertThat(life("generation")).isEqualTo(3L);
        assertThat(life("source_offset")).isEqualTo(2L);
        assertThat(alarms()).isEmpty();
    }

    private @Nullable Object life(String column) {
        return ledger.value("select " + column + " from life where tenant_id = ?", tenant);
    }

    private List<Object> dispositions() {
        return ledger.column(
                "select disposition from tenant_event where tenant_id = ? order by id", tenant);
    }

    private List<Object> alarms() {
        return ledger.column(
                "select action from audit where subject = ? order by id", tenant + "/1");
    }

    private JsonNode view() {
        return operator.send("GET", "/v1/tenants/" + tenant, null).json();
    }

    private JsonNode held() {
        return operator.send("GET", "/v1/intake/held?tenant=" + tenant, null).json().path("items");
    }

    private JsonNode confirm(boolean execute) {
        return act(
                "/v1/intake/topics/confirm",
                "{\"topic\":\"%s\",\"execute\":%b,\"reason\":\"moved the topic\"}"
                        .formatted(upstream.topic(), execute));
    }

    private JsonNode release(boolean execute) {
        return act(
                "/v1/tenants/" + tenant + "/release",
                "{\"execute\":%b,\"reason\":\"looked at both\"}".formatted(execute));
    }

    private JsonNode act(String path, String body) {
        ServiceClient.Reply reply = operator.send("POST", path, body);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.json();
    }

    /** Issues a replay of the dead letter of that offset. */
    private String replay(long offset) {
        String letter =
                String.valueOf(
                        ledger.value(
                                "select id from dead_letter where topic = ? and offset_no = ?",
                                upstream.topic(),
                                offset));
        String id = UUID.randomUUID().toString();
        ledger.update(
                "insert into replay (replay_id, dead_letter_id, issued_at) values (?, ?, now())",
                id,
                letter);
        return id;
    }
}
