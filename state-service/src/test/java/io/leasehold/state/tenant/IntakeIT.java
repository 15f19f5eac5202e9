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
import io.leasehold.state.outbox.WaitingRows;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Events on a real ledger, from the record to what is wanted. Each test has a tenant of its own.
 */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class IntakeIT {
    @Inject Ledger ledger;
    @Inject WaitingRows rows;

    private final String tenant = "t-" + UUID.randomUUID();
    private final String blueprint = "b-" + UUID.randomUUID();
    private final TestUpstream upstream = new TestUpstream();
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);

    @BeforeEach
    void aBlueprint() {
        register(blueprint);
    }

    private void register(String name) {
        TestBlueprints.registers(TestBlueprints.SINGLE, name);
    }

    @Test
    void aNewTenantIsAcceptedAndItsStackIsDue() {
        JsonNode verdict = upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));

        assertThat(verdict.path("disposition").asText()).isEqualTo("PENDING");
        JsonNode view = view();
        assertThat(view.path("phase").asText()).isEqualTo("PROGRESSING");
        assertThat(view.path("stacks").path(0).path("phase").asText()).isEqualTo("DUE");
        assertThat(view.path("stacks").path(0).path("revision").asLong()).isEqualTo(1);
        assertThat(view.path("stacks").path(0).path("stateVersion").asLong()).isEqualTo(1);
        assertThat(view.path("waitingFor").path(0).asText())
                .startsWith("database: due to apply since")
                .endsWith("no worker has taken it yet");
    }

    @Test
    void step0HandingInTheSameAgainChangesNothing() {
        IntakeRequest.Item[] batch = {
            upstream.item(TestUpstream.wants(tenant, 1, blueprint, 3)),
            upstream.item(TestUpstream.wants(tenant, 2, blueprint, 4)),
            upstream.refused("JSON_MALFORMED"),
            upstream.item(TestUpstream.wants(tenant, 1, blueprint, 9))
        };
        assertThat(upstream.dispositions(batch))
                .containsExactly("PENDING", "PENDING", "DEAD_LETTERED", "STALE");
        List<Object> before = everything();

        assertThat(upstream.dispositions(batch)).containsOnly("BELOW_WATERMARK");

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
                ledger.column("select count(*) from outbox"),
                ledger.column("select count(*) from audit"),
                ledger.column("select count(*) from dead_letter"));
    }

    @Test
    void eventsAreSupersededUntilTheNewest() {
        for (int generation = 1; generation <= 50; generation++) {
            upstream.publishes(TestUpstream.wants(tenant, generation, blueprint, generation));
        }

        List<Object> dispositions =
                ledger.column(
                        "select disposition from tenant_event where tenant_id = ? order by id",
                        tenant);
        assertThat(dispositions.subList(0, 49)).containsOnly("SUPERSEDED");
        assertThat(dispositions.getLast()).isEqualTo("PENDING");
        assertThat(view().path("stacks").path(0).path("revision").asLong()).isEqualTo(50);
    }

    @Test
    void theWatermarkIsWhereTheNextRecordIsAwaited() {
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));
        upstream.handsIn(upstream.refused("JSON_MALFORMED"));

        ServiceClient.Reply reply =
                ServiceClient.as(TestTokens.INTAKE)
                        .send("GET", "/v1/intake/watermarks?topic=" + upstream.topic(), null);

        assertThat(reply.json().path(0).path("nextOffset").asLong()).isEqualTo(2);
    }

    @Test
    void step6TheVerdictAndThePositionAreDurableTogetherOrNotAtAll() {
        ledger.update(
                """
                create or replace function refuse_event() returns trigger language plpgsql as
                $$ begin raise exception 'away' using errcode = '53400'; end $$
                """);
        ledger.update(
                "create trigger refuse_event before insert on tenant_event for each row"
                        + " when (new.tenant_id = '%s') execute function refuse_event()"
                                .formatted(tenant));
        IntakeRequest.Item item = upstream.item(TestUpstream.wants(tenant, 1, blueprint, 3));
        try {
            assertThat(upstream.handsIn(item).status()).isEqualTo(503);
            assertThat(ledger.value("select 1 from life where tenant_id = ?", tenant)).isNull();
            assertThat(next()).isZero();
        } finally {
            ledger.update("drop trigger refuse_event on tenant_event");
        }

        assertThat(upstream.dispositions(item)).containsExactly("PENDING");
        assertThat(next()).isEqualTo(1);
    }

    private long next() {
        return (long)
                Objects.requireNonNull(
                        ledger.value(
                                "select next_offset from source_partition where topic = ?",
                                upstream.topic()));
    }

    @Test
    void whatTheDatabaseCannotHoldIsTheEventsFaultAndHoldsUpNothing() {
        ObjectNode bad = TestUpstream.wants(tenant, 1, blueprint, 3);
        bad.put("name", "a\u0000b");

        assertThat(
                        upstream.dispositions(
                                upstream.item(bad),
                                upstream.item(TestUpstream.wants(tenant, 2, blueprint, 3))))
                .containsExactly("DEAD_LETTERED", "PENDING");
    }

    @Test
    void aHeaderWithANulInItsNameIsRefusedAsItCame() {
        assertThat(
                        upstream.dispositions(
                                upstream.refusedWithHeader("a\u0000b"),
                                upstream.item(TestUpstream.wants(tenant, 1, blueprint, 3))))
                .containsExactly("DEAD_LETTERED", "PENDING");

        assertThat(rows.all("leasehold.tenant.dead-letter.v1"))
                .anySatisfy(row ->
                        assertThat(row.headers())
                                .anySatisfy(
                                        header -> assertThat(header.name()).isEqualTo("a\u0000b")));
    }

    @Test
    void aRefusalThatCannotBeStoredIsStoredByItsOriginAndHoldsUpNothing() {
        assertThat(
                        upstream.dispositions(
                                upstream.refusedUnstorably(),
                                upstream.item(TestUpstream.wants(tenant, 1, blueprint, 3))))
                .containsExactly("DEAD_LETTERED", "PENDING");

        assertThat(
                        ledger.value(
                                "select code from tenant_event where topic = ? order by id limit 1",
                                upstream.topic()))
                .isEqualTo("JSON_MALFORMED");
    }

    @Test
    void step5EachFaultOfTheVariablesHasItsCode() {
        ObjectNode missing = TestUpstream.wants(tenant, 1, blueprint, 3);
        missing.putObject("variables");
        ObjectNode mistyped = TestUpstream.wants(tenant, 1, blueprint, 3);
        mistyped.withObject("variables").put("size", "three");
        ObjectNode undeclared = TestUpstream.wants(tenant, 1, blueprint, 3);
        undeclared.withObject("variables").put("shape", "round");
        ObjectNode secret = TestUpstream.wants(tenant, 1, blueprint, 3);
        secret.withObject("variables").put("apiKey", "s3cret");
        ObjectNode stack = TestUpstream.wants(tenant, 1, blueprint, 3);
        stack.putObject("stacks").putObject("network");

        assertThat(List.of(missing, mistyped, undeclared, secret, stack))
                .extracting(data -> upstream.publishes(data).path("code").asText())
                .containsExactly(
                        "VAR_MISSING",
                        "VAR_TYPE",
                        "VAR_UNDECLARED",
                        "VAR_SENSITIVE_INLINE",
                        "STACK_UNKNOWN");
        assertThat(
                        ledger.value(
                                "select raw is null from dead_letter where tenant_id = ? and code = ?",
                                tenant,
                                "VAR_SENSITIVE_INLINE"))
                .isEqualTo(true);
        assertThat(operator.send("GET", "/v1/tenants/" + tenant, null).status()).isEqualTo(404);
    }

    @Test
    void case14ADeleteOfATenantNeverSeenIsRecordedAndRunsNothing() {
        JsonNode verdict = upstream.publishes(TestUpstream.deletes(tenant, 5));

        assertThat(verdict.path("disposition").asText()).isEqualTo("UNCHANGED");
        assertThat(verdict.path("code").asText()).isEqualTo("NOTHING_TO_DELETE");
        assertThat(view().path("phase").asText()).isEqualTo("DELETED");
        assertThat(
                        upstream.publishes(TestUpstream.wants(tenant, 4, blueprint, 3))
                                .path("disposition")
                                .asText())
                .isEqualTo("STALE");
        assertThat(
                        upstream.publishes(TestUpstream.wants(tenant, 6, blueprint, 3))
                                .path("code")
                                .asText())
                .isEqualTo("INCARNATION_REQUIRED");
    }

    @Test
    void aTenantDeletedBeforeAnyRunIsNeverBuilt() {
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));

        JsonNode verdict = upstream.publishes(TestUpstream.deletes(tenant, 2));

        assertThat(verdict.path("disposition").asText()).isEqualTo("APPLIED");
        assertThat(view().path("phase").asText()).isEqualTo("DELETED");
        assertThat(view().path("observedGeneration").asLong()).isEqualTo(2);
        assertThat(view().path("stacks").path(0).path("phase").asText()).isEqualTo("DESTROYED");
        assertThat(events().path(1).path("disposition").asText()).isEqualTo("SUPERSEDED");
    }

    @Test
    void row13AConflictIsADeadLetterAndAnAlarm() {
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));

        JsonNode verdict = upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 4));

        assertThat(verdict.path("code").asText()).isEqualTo("GENERATION_CONFLICT");
        assertThat(ledger.column("select action from audit where subject = ?", tenant + "/1"))
                .containsExactly("alarm-generation-conflict");
        assertThat(view().path("generation").asLong()).isEqualTo(1);
    }

    @Test
    void case17TheNextLifeWaitsUntilThePreviousIsGone() {
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));
        ObjectNode second = TestUpstream.wants(tenant, 1, blueprint, 3).put("incarnation", 2);

        upstream.publishes(second);
        assertThat(view().path("incarnation").asInt()).isEqualTo(2);
        assertThat(view().path("phase").asText()).isEqualTo("WAITING");
        assertThat(view().path("waitingFor").path(0).asText()).contains("previous life");

        upstream.publishes(TestUpstream.deletes(tenant, 2).put("incarnation", 1));

        assertThat(view().path("phase").asText()).isEqualTo("PROGRESSING");
        assertThat(
                        operator.send("GET", "/v1/tenants/" + tenant + "?incarnation=1", null)
                                .json()
                                .path("phase")
                                .asText())
                .isEqualTo("DELETED");
    }

    @Test
    void case17ALifeDeletedWhileItWaitsIsNeverBuilt() {
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3).put("incarnation", 2));

        JsonNode verdict =
                upstream.publishes(TestUpstream.deletes(tenant, 2).put("incarnation", 2));

        assertThat(verdict.path("disposition").asText()).isEqualTo("APPLIED");
        assertThat(events())
                .extracting(event -> event.path("disposition").asText())
                .containsExactly("APPLIED", "SUPERSEDED", "PENDING");
    }

    @Test
    void aSuspendedTenantRunsNothingUntilItIsResumed() {
        upstream.publishes(
                TestUpstream.wants(tenant, 1, blueprint, 3).put("lifecycle", "suspended"));
        assertThat(view().path("phase").asText()).isEqualTo("SUSPENDED");
        assertThat(view().path("stacks").path(0).path("phase").asText()).isEqualTo("WAITING");

        upstream.publishes(TestUpstream.wants(tenant, 2, blueprint, 3));

        assertThat(view().path("stacks").path(0).path("phase").asText()).isEqualTo("DUE");
    }

    @Test
    void anEventOfATenantThatTwoPartitionsCarryIsJudgedOnce() {
        TestUpstream other = new TestUpstream();
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));

        assertThat(
                        other.publishes(TestUpstream.wants(tenant, 1, blueprint, 3))
                                .path("disposition")
                                .asText())
                .isEqualTo("DUPLICATE");
    }

    @Test
    void listingsComeInPages() {
        for (int i = 0; i < 3; i++) {
            upstream.publishes(TestUpstream.wants(tenant + i, 1, blueprint, 3));
        }

        JsonNode first =
                operator.send("GET", "/v1/tenants?limit=2&after=" + tenant + "/1", null).json();
        JsonNode second =
                operator.send(
                                "GET",
                                "/v1/tenants?limit=1&after=" + first.path("next").asText(),
                                null)
                        .json();

        assertThat(first.path("items"))
                .extracting(item -> item.path("tenantId").asText())
                .containsExactly(tenant + "0", tenant + "1");
        assertThat(second.path("items").path(0).path("tenantId").asText()).isEqualTo(tenant + "2");
        assertThat(
                        operator.send("GET", "/v1/stacks?tenant=" + tenant + "1", null)
                                .json()
                                .path("items"))
                .hasSize(1);
    }

    private JsonNode view() {
        ServiceClient.Reply reply = operator.send("GET", "/v1/tenants/" + tenant, null);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.json();
    }

    private JsonNode events() {
        return operator.send("GET", "/v1/tenants/" + tenant + "/events", null).json().path("items");
    }
}
