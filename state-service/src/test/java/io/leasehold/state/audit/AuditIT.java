package io.leasehold.state.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written down, that it stays, and how it is found again. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class AuditIT {
    @Inject Audit audit;
    @Inject AuditPartitions partitions;
    @Inject Mutiny.SessionFactory sessions;
    @Inject Ledger ledger;

    private final String tenant = "audit-" + UUID.randomUUID();
    private final String path = "/state/" + tenant + "/1/network";
    private final ServiceClient viewer = ServiceClient.as(TestTokens.VIEWER);
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);

    @Test
    void anEntrySaysWhoDidWhatToWhomByWhichRoleInWhichRequest() {
        Reply locked =
                operator.send("LOCK", path, "{\"ID\":\"a\"}", "X-Request-Id", "web:req.7_x-Y");

        var entry = items("?tenant=" + tenant).getFirst();
        assertThat(locked.status()).isEqualTo(200);
        assertThat(locked.header("X-Request-Id")).isEqualTo("web:req.7_x-Y");
        assertThat(entry.path("actor").asText()).isEqualTo("the-operator");
        assertThat(entry.path("action").asText()).isEqualTo("lock-state");
        assertThat(entry.path("subject").asText()).isEqualTo(tenant + "/1/network");
        assertThat(entry.path("tenantId").asText()).isEqualTo(tenant);
        assertThat(entry.path("outcome").asText()).isEqualTo("DONE");
        assertThat(entry.path("requestId").asText()).isEqualTo("web:req.7_x-Y");
        assertThat(entry.path("at").asText()).endsWith("Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "x'; drop table audit;--", "{}"})
    void anIdThatCouldForgeALineIsReplacedByOneOfOurs(String odd) {
        Reply reply = operator.send("GET", "/v1/nowhere", null, "X-Request-Id", odd);

        assertThat(reply.header("X-Request-Id")).isNotEqualTo(odd).hasSize(36);
        assertThat(reply.json().path("requestId").asText()).isEqualTo(reply.header("X-Request-Id"));
    }

    @Test
    void aProblemNamesItsRequest() {
        Reply refused = viewer.send("GET", "/v1/tenants/none-such", null, "X-Request-Id", "mine-1");

        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.json().path("requestId").asText()).isEqualTo("mine-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update audit set reason = 'other' where tenant_id = ?",
                "delete from audit where tenant_id = ?",
                "update audit set at = at - interval '3 month' where tenant_id = ?",
            })
    void nothingThatWasWrittenCanBeChanged(String statement) {
        did("look", null);

        assertThatThrownBy(() -> ledger.update(statement, tenant))
                .hasMessageContaining("append-only");
        assertThat(items("?tenant=" + tenant)).hasSize(1);
    }

    @Test
    void neitherByAPartitionsOwnNameNorByEmptyingOne() {
        did("look", null);
        List<Object> names =
                ledger.column(
                        "select cast(inhrelid::regclass as text) from pg_inherits"
                                + " where inhparent = 'audit'::regclass");

        assertThat(names).hasSizeGreaterThanOrEqualTo(3).contains("audit_rest");
        for (Object name : names) {
            assertThatThrownBy(() -> ledger.update("truncate " + name))
                    .hasMessageContaining("append-only");
        }
        String own =
                (String)
                        ledger.value(
                                "select cast(tableoid::regclass as text) from audit where tenant_id = ?",
                                tenant);
        assertThatThrownBy(
                        () -> ledger.update("delete from " + own + " where tenant_id = ?", tenant))
                .hasMessageContaining("append-only");
        assertThatThrownBy(() -> ledger.update("truncate audit"))
                .hasMessageContaining("append-only");
    }

    @Test
    void aMonthLeavesByItsPartitionAlone() {
        ledger.value("select audit_partition(date '2001-01-01')");
        ledger.update(
                "insert into audit (at, actor, action, subject, tenant_id)"
                        + " values ('2001-01-15', 'me', 'look', 'x', ?)",
                tenant);
        assertThat(items("?tenant=" + tenant)).hasSize(1);

        ledger.update("drop table audit_2001_01");

        assertThat(items("?tenant=" + tenant)).isEmpty();
    }

    @Test
    void partitionsAreMadeAheadAndAMonthThatHasRowsAlreadyIsLeftInTheRest() {
        ledger.update(
                "insert into audit (at, actor, action, subject, tenant_id)"
                        + " values ('1999-05-05', 'me', 'look', 'x', ?)",
                tenant);
        ledger.value("select audit_partition(date '1999-05-01')");
        assertThat(ledger.value("select to_regclass('audit_1999_05')")).isEqualTo("null");
        assertThat(items("?tenant=" + tenant)).hasSize(1);

        ledger.update("drop table if exists " + nextMonth());
        Ledger.await(partitions::keepAhead);

        assertThat(ledger.value("select to_regclass(?)", nextMonth())).isNotEqualTo("null");
    }

    private String nextMonth() {
        return String.valueOf(
                ledger.value(
                        "select 'audit_' || to_char(now() at time zone 'UTC' + interval '1 month',"
                                + " 'YYYY_MM')"));
    }

    @Test
    void entriesAreFoundByTenantActorActionAndWhatTheSubjectBeginsWith() {
        did("look", "because");
        did("touch", null);

        assertThat(actions("?tenant=" + tenant)).containsExactly("touch", "look");
        assertThat(actions("?tenant=" + tenant + "&action=look")).containsExactly("look");
        assertThat(actions("?subject=" + tenant + "/1/net")).containsExactly("touch", "look");
        assertThat(actions("?subject=" + tenant + "/2")).isEmpty();
        assertThat(actions("?actor=me-" + tenant)).containsExactly("touch", "look");
        assertThat(actions("?actor=me-" + tenant + "&action=touch&tenant=" + tenant))
                .containsExactly("touch");
        assertThat(items("?tenant=" + tenant + "&action=look").getFirst().path("reason").asText())
                .isEqualTo("because");
    }

    @Test
    void aListingGoesOnFromPageToPage() {
        for (int i = 0; i < 5; i++) {
            did("step-" + i, null);
        }

        List<String> seen = new ArrayList<>();
        String after = "";
        do {
            Reply page = viewer.send("GET", "/v1/audit?limit=2&tenant=" + tenant + after, null);
            page.json().path("items").forEach(item -> seen.add(item.path("action").asText()));
            String next = page.json().path("next").asText(null);
            after = next == null ? null : "&after=" + next;
        } while (after != null);

        assertThat(seen).containsExactly("step-4", "step-3", "step-2", "step-1", "step-0");
    }

    private void did(String action, @Nullable String reason) {
        Ledger.await(() ->
                sessions.withTransaction(session ->
                        audit.record(
                                session, "me-" + tenant, action, tenant + "/1/network", reason)));
    }

    private List<JsonNode> items(String query) {
        Reply reply = viewer.send("GET", "/v1/audit" + query, null);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        List<JsonNode> items = new ArrayList<>();
        reply.json().path("items").forEach(items::add);
        return items;
    }

    private List<String> actions(String query) {
        return items(query).stream().map(item -> item.path("action").asText()).toList();
    }
}
