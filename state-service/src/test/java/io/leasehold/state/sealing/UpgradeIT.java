package io.leasehold.state.sealing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.Topics;
import io.leasehold.ledger.api.BlueprintRegistration;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.LogAppend;
import io.leasehold.ledger.api.LogLine;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.state.TestWorker;
import io.leasehold.state.run.TestLog;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** While replicas of the version before data keys run beside this one, they can read everything. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class UpgradeIT {
    @Inject TestKeys keys;
    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject TestLog log;

    private final String tenant = "u" + UUID.randomUUID().toString().substring(0, 13);
    private final String blueprint = "b" + UUID.randomUUID().toString().substring(0, 8);
    private final StackRef stack = new StackRef(tenant, 1, "database");
    private final TestUpstream upstream = new TestUpstream();
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);

    @BeforeEach
    void sealsAsBefore() {
        worker.beginsWithNothingDue();
        keys.sealsAsBefore(true);
    }

    @AfterEach
    void sealsAsNow() {
        keys.sealsAsBefore(false);
    }

    @Test
    void whatIsStoredLiesAsTheVersionBeforeLeftItAndIsReadOnAfterTheUpgrade() throws Exception {
        byte[] module = TestBlueprints.archive(Map.of("main.tf", "# " + tenant));
        register(module);
        upstream.publishes(wants(1));
        Claim claim = worker.mustClaim();
        worker.beats(claim, RunPhase.APPLYING);
        worker.writesState(claim, 2, "db.internal");
        log.append(
                claim.runId(),
                new LogAppend(
                        TestWorker.lease(claim), List.of(new LogLine(1, 1, "tofu", "a line"))));
        worker.succeeds(claim);
        ObjectNode wrong = wants(2);
        wrong.withObject("/variables").put("size", -1);
        assertThat(upstream.dispositions(upstream.item(wrong))).containsExactly("DEAD_LETTERED");

        assertThat(opened("select inputs from stack_applied where tenant_id = ?", inputs()))
                .contains("\"size\":3");
        assertThat(
                        opened(
                                "select line from run_log join run using (run_id) where tenant_id = ?",
                                "log:" + claim.runId() + "/1"))
                .isEqualTo("a line");
        assertThat(
                        ledger.value(
                                "select get_byte(bytes, 0) from state_version where tenant_id = ?"
                                        + " order by version desc",
                                tenant))
                .isEqualTo(1);
        assertThat(ledger.value("select count(*) from data_key where owner = ?", tenant + "/1"))
                .isEqualTo(0L);
        assertThat(ledger.value("select count(*) from module_archive where tar_gz = ?", module))
                .isEqualTo(1L);
        assertThat(ledger.published(Topics.DEAD_LETTER, tenant)).hasSize(1);

        keys.sealsAsBefore(false);

        assertThat(operator.send("GET", "/state/" + stack.key(), null).body())
                .contains("db.internal");
        assertThat(operator.send("GET", "/v1/runs/" + claim.runId() + "/log", null).body())
                .contains("a line");
        upstream.publishes(wants(3).put("name", "Acme"));
        upstream.publishes(TestUpstream.wants(tenant, 4, blueprint, 4));
        Claim next = worker.mustClaim();
        worker.beats(next, RunPhase.APPLYING);
        worker.writesState(next, 3, "db.internal");
        worker.succeeds(next);
        assertThat(
                        ledger.value(
                                "select get_byte(bytes, 0) from state_version where tenant_id = ?"
                                        + " order by version desc",
                                tenant))
                .isEqualTo(2);
        assertThat(hashes()).as("a secret that did not change seems not to have").hasSize(1);
    }

    private String inputs() {
        return "inputs:" + stack.key();
    }

    private String opened(String query, String context) {
        byte[] sealed = (byte[]) ledger.column(query, tenant).getFirst();
        return new String(TestKeys.openedBefore(sealed, context), UTF_8);
    }

    /** The hashes of the outputs that were published, each once. */
    private List<Object> hashes() {
        return ledger.column(
                """
                select distinct convert_from(value, 'UTF8')::jsonb ->> 'outputsHash' from outbox
                where topic = ? and key = ?::bytea
                """,
                Topics.STACK_OUTPUTS,
                stack.key().getBytes(UTF_8));
    }

    private ObjectNode wants(long generation) {
        return TestUpstream.wants(tenant, generation, blueprint, 3);
    }

    private void register(byte[] module) throws JsonProcessingException {
        String registration =
                new ObjectMapper()
                        .writeValueAsString(
                                new BlueprintRegistration(
                                        TestBlueprints.SINGLE.formatted(blueprint, "1.0.0"),
                                        List.of(
                                                new BlueprintRegistration.ModuleArchive(
                                                        "modules/database", module))));
        assertThat(operator.send("POST", "/v1/blueprints", registration).status()).isEqualTo(201);
    }
}
