package io.leasehold.state.lease;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lane;
import io.leasehold.state.Ledger;
import io.leasehold.state.SqlStatements;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the claim's statements touch, with everybody in the queue. {@code ClaimRateIT} times it. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class ClaimPlanIT {
    @Inject Ledger ledger;
    @Inject ManyTenants tenants;
    @Inject TestWorker worker;
    @Inject Mutiny.SessionFactory sessions;
    @Inject Scheduler scheduler;
    @Inject TestPulse pulse;

    @BeforeEach
    void nobody() {
        tenants.forget();
        worker.registers("boot-1");
    }

    @AfterEach
    void nobodyAgain() {
        scheduler.resume();
        tenants.forget();
    }

    @Test
    void aHundredThousandTenantsCostAClaimNoMorePagesThanTenThousand() throws Exception {
        tenants.add("few-", 10_000, 0);
        Plan few = plan(Turns.NEXT);
        tenants.add("many-", 90_000, 0);
        Plan many = plan(Turns.NEXT);

        assertThat(few.sequential()).as(few.text()).isEmpty();
        assertThat(many.sequential()).as(many.text()).isEmpty();
        // One level more in each of the trees that are walked down, and nothing else.
        assertThat(many.pages()).as(many.text()).isLessThan(60).isLessThan(few.pages() + 12);
        assertThat(many.mostRows()).as(many.text()).isLessThanOrEqualTo(2);
    }

    @Test
    void aDriftClaimWithNothingToCheckLooksAtNothing() throws Exception {
        tenants.add("settled-", 10_000, 0);
        ledger.update(
                """
                update stack set due = false, applied_revision = 1, drift_checked_at = clock_timestamp()
                """);
        ledger.update("analyze stack");

        Plan plan = plan(DriftQueue.NEXT.replace(":interval", "21600000"));

        assertThat(plan.pages()).as(plan.text()).isLessThan(10);
        assertThat(plan.mostRows()).as(plan.text()).isZero();
    }

    @Test
    void aClaimIsThreeStatementsInOneTransactionAndALookInVainIsOne() {
        // What the service does of its own accord would be counted too.
        scheduler.pause();
        // Claims wait for a first beat, which a service that runs for a while has had.
        pulse.beats();
        // Once something was asked for, or the service has begun, one claim looks for that too.
        var _ = worker.claim("boot-1", "looks-for-asks", Lane.LIFECYCLE, 0);
        ledger.due("counted-" + UUID.randomUUID());

        assertThat(statementsOf(worker::mustClaim))
                .satisfiesExactly(
                        next -> assertThat(next).contains("for update skip locked"),
                        lease -> assertThat(lease).contains("update stack", "insert into run"),
                        told -> assertThat(told).contains("insert into outbox"));
        assertThat(
                        statementsOf(() ->
                                worker.claim("boot-1", "in-vain", Lane.LIFECYCLE, 0).orElse(null)))
                .hasSize(1);
    }

    private static List<String> statementsOf(Supplier<@Nullable Claim> claim) {
        try (SqlStatements statements = SqlStatements.watch()) {
            var _ = claim.get();
            return statements.seen();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jit", "enable_seqscan"})
    void connectionsNeitherCompileNorReadWholeTables(String setting) {
        String is =
                Ledger.await(() ->
                        sessions.withSession(session ->
                                session.createNativeQuery("show " + setting, String.class)
                                        .getSingleResult()));
        assertThat(is).isEqualTo("off");
    }

    /**
     * @param pages of tables and indexes that were looked at
     * @param sequential tables with rows that were read from end to end
     * @param mostRows that any part of the plan gave
     */
    private record Plan(String text, long pages, List<String> sequential, long mostRows) {}

    private Plan plan(String statement) throws Exception {
        String sql =
                statement
                        .replace(
                                "{rows}",
                                "(values (1, 'w1', 'boot-1', 'r')) as r (n, worker, boot, request)")
                        .replace(":at", "'-infinity'")
                        .replace(":passed", "''");
        // The service's own connections are told not to read whole tables; a plan must not want to.
        String text =
                String.valueOf(
                        ledger.value("explain (analyze, buffers, timing off, format json) " + sql));
        JsonNode root = new ObjectMapper().readTree(text).path(0).path("Plan");
        List<JsonNode> nodes = nodes(root).toList();
        return new Plan(
                text,
                root.path("Shared Hit Blocks").asLong() + root.path("Shared Read Blocks").asLong(),
                nodes.stream()
                        .filter(node -> node.path("Node Type").asText().equals("Seq Scan"))
                        .filter(node ->
                                node.path("Actual Rows").asLong()
                                                + node.path("Rows Removed by Filter").asLong()
                                        > 5)
                        .map(node -> node.path("Relation Name").asText())
                        .toList(),
                nodes.stream()
                        .mapToLong(node -> node.path("Actual Rows").asLong())
                        .max()
                        .orElse(0));
    }

    private static Stream<JsonNode> nodes(JsonNode plan) {
        List<JsonNode> below = new ArrayList<>();
        plan.path("Plans").forEach(below::add);
        return Stream.concat(Stream.of(plan), below.stream().flatMap(ClaimPlanIT::nodes));
    }
}
