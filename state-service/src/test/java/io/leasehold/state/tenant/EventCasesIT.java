package io.leasehold.state.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Awkward sequences of events, by their numbers, on a real ledger. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class EventCasesIT {
    private static final long NOW = 1_700_000_000_000L;

    @Inject Ledger ledger;
    @Inject TestWorker worker;

    private final String tenant = "t-" + UUID.randomUUID();
    private final String blueprint = "b-" + UUID.randomUUID();
    private final TestUpstream upstream = new TestUpstream();

    @BeforeEach
    void aBlueprintAndNothingDue() {
        worker.beginsWithNothingDue();
        TestBlueprints.registers(TestBlueprints.SINGLE, blueprint);
    }

    private ObjectNode wants(long generation, int size) {
        return TestUpstream.wants(tenant, generation, blueprint, size);
    }

    @Test
    void case02TheSameEventTwiceIsADuplicateThatTellsNothing() {
        upstream.publishes(wants(1, 3));
        worker.succeeds(worker.mustClaim());
        List<Object> told = ledger.phases(tenant);
        upstream.dispositions(upstream.item(wants(2, 3), "e-1", NOW));
        List<Object> after = ledger.phases(tenant);

        assertThat(upstream.dispositions(upstream.item(wants(2, 3), "e-1", NOW)))
                .containsExactly("DUPLICATE");

        assertThat(after).isNotEqualTo(told);
        assertThat(ledger.phases(tenant)).isEqualTo(after);
        assertThat(runs()).hasSize(1);
    }

    @Test
    void case03TheSameContentUnderAnotherEventIdIsADuplicate() {
        upstream.dispositions(upstream.item(wants(1, 3), "e-1", NOW));

        assertThat(upstream.dispositions(upstream.item(wants(1, 3), "e-2", NOW)))
                .containsExactly("DUPLICATE");
    }

    @Test
    void case04TheSameGenerationWithOtherContentIsADeadLetterAndChangesNothing() {
        upstream.publishes(wants(1, 3));

        JsonNode verdict = upstream.publishes(wants(1, 4));

        assertThat(verdict.path("disposition").asText()).isEqualTo("DEAD_LETTERED");
        assertThat(verdict.path("code").asText()).isEqualTo("GENERATION_CONFLICT");
        assertThat(alarms()).containsExactly("alarm-generation-conflict");
        assertThat(life("spec -> 'variables' ->> 'size'")).isEqualTo("3");
    }

    @Test
    void case05AnOlderGenerationThatComesLaterIsStaleAndToldSo() {
        upstream.publishes(wants(3, 5));

        assertThat(became(wants(2, 4))).isEqualTo("STALE");

        assertThat(life("generation")).isEqualTo(3L);
        assertThat(ledger.phases(tenant)).containsExactly("stale");
        assertThat(alarms()).isEmpty();
    }

    @Test
    void case06AnUpdateWithoutACreateIsTakenAsItIsAndOneWithoutASpecIsNot() {
        ObjectNode bare = wants(2, 3);
        bare.remove("blueprint");
        assertThat(upstream.publishes(bare).path("code").asText()).isEqualTo("TENANT_UNKNOWN");

        assertThat(became(wants(2, 3))).isEqualTo("PENDING");

        assertThat(upstream.publishes(bare.put("generation", 3)).path("code").asText())
                .isEqualTo("SCHEMA_VIOLATION");
    }

    @Test
    void case15AnUpdateOlderThanTheDeleteNeverBringsALifeBack() {
        upstream.publishes(TestUpstream.deletes(tenant, 5));

        assertThat(became(wants(4, 3))).isEqualTo("STALE");
        assertThat(became(wants(5, 3))).isEqualTo("STALE");

        assertThat(life("lifecycle")).isEqualTo("deleted");
        assertThat(alarms()).isEmpty();
    }

    @Test
    void case16ACreateNewerThanTheDeleteNeedsAnotherIncarnation() {
        upstream.publishes(TestUpstream.deletes(tenant, 5));

        assertThat(upstream.publishes(wants(6, 3)).path("code").asText())
                .isEqualTo("INCARNATION_REQUIRED");
        assertThat(became(wants(1, 3).put("incarnation", 2))).isEqualTo("PENDING");
    }

    @Test
    void case19ADeleteOfTheOldLifeAfterTheNewOneBeganIsOfTheOldOneAlone() {
        upstream.publishes(wants(1, 3));
        worker.succeeds(worker.mustClaim());
        upstream.publishes(wants(1, 3).put("incarnation", 2));

        assertThat(became(TestUpstream.deletes(tenant, 2).put("incarnation", 1)))
                .isEqualTo("PENDING");

        worker.succeeds(worker.mustClaim());
        assertThat(
                        ledger.column(
                                "select lifecycle from life where tenant_id = ? order by incarnation",
                                tenant))
                .containsExactly("deleted", "active");
        assertThat(worker.mustClaim().stack().incarnation()).isEqualTo(2);
        assertThat(became(TestUpstream.deletes(tenant, 9).put("incarnation", 1)))
                .isEqualTo("DUPLICATE");
        assertThat(became(wants(9, 3))).isEqualTo("STALE");
        assertThat(alarms()).containsExactly("alarm-old-incarnation");
    }

    @Test
    void case33ATopicReadAgainFromItsBeginningRunsChangesAndAlarmsNothing() {
        upstream.publishes(wants(1, 3));
        upstream.publishes(wants(2, 4));
        upstream.publishes(wants(2, 5));
        upstream.publishes(TestUpstream.deletes(tenant, 1));
        List<Object> before = everything();
        upstream.goesTo(0);

        assertThat(
                        upstream.dispositions(
                                upstream.item(wants(1, 3)),
                                upstream.item(wants(2, 4)),
                                upstream.item(wants(2, 5)),
                                upstream.item(TestUpstream.deletes(tenant, 1))))
                .containsOnly("BELOW_WATERMARK");

        assertThat(everything()).isEqualTo(before);
    }

    private List<Object> everything() {
        return List.of(
                ledger.column(
                        "select row_to_json(l)::text from life l where tenant_id = ?", tenant),
                ledger.column(
                        "select row_to_json(s)::text from stack s where tenant_id = ?", tenant),
                ledger.column(
                        "select row_to_json(e)::text from tenant_event e where topic = ? order by id",
                        upstream.topic()),
                ledger.column("select id from outbox order by id"),
                ledger.column("select id from audit order by id"),
                ledger.column("select id from dead_letter order by id"));
    }

    @Test
    void case34APublisherThatCountsFromAnewIsStaleAndAnAlarm() {
        upstream.publishes(wants(1, 3));
        upstream.publishes(wants(2, 4));
        upstream.publishes(wants(3, 5));

        assertThat(became(wants(1, 6))).isEqualTo("STALE");
        assertThat(became(wants(2, 7))).isEqualTo("STALE");

        assertThat(alarms())
                .containsExactly("alarm-generation-regression", "alarm-generation-regression");
        assertThat(life("generation")).isEqualTo(3L);
    }

    @Test
    void case35NeitherTimeNorEventIdDecidesAnything() {
        long tomorrow = NOW + 86_400_000;

        assertThat(
                        upstream.dispositions(
                                upstream.item(wants(1, 3), "e-1", tomorrow),
                                upstream.item(wants(2, 4), "e-1", 0),
                                upstream.item(wants(1, 3), "e-2", tomorrow)))
                .containsExactly("PENDING", "PENDING", "DUPLICATE");

        assertThat(life("generation")).isEqualTo(2L);
    }

    @Test
    void case37ADeleteOlderThanWhatIsWantedIsNotExecutedAndAnAlarm() {
        upstream.publishes(wants(6, 3));

        assertThat(became(TestUpstream.deletes(tenant, 5))).isEqualTo("STALE");

        assertThat(life("lifecycle")).isEqualTo("active");
        assertThat(alarms()).containsExactly("alarm-stale-delete");
    }

    private String became(ObjectNode data) {
        return upstream.publishes(data).path("disposition").asText();
    }

    private @Nullable Object life(String column) {
        return ledger.value(
                "select " + column + " from life where tenant_id = ? and incarnation = 1", tenant);
    }

    private List<Object> runs() {
        return ledger.column("select run_id from run where tenant_id = ?", tenant);
    }

    private List<Object> alarms() {
        return ledger.column(
                "select action from audit where subject = ? order by id", tenant + "/1");
    }
}
