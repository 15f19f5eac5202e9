package io.leasehold.state.breaker;

import static io.leasehold.state.breaker.AlikeTenants.AT_THE_PROVIDER;
import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Circumstances;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class BreakerProbesIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Circumstances BROKEN =
            new Circumstances(List.of(), "postgresql", "f-broken");

    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject AlikeTenants tenants;
    @Inject BreakerTick tick;
    @Inject Scheduler scheduler;

    private final String module = "m-" + UUID.randomUUID();
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);

    @BeforeEach
    void aBreakerIsOpenAndHoldsThree() {
        tenants.beginAnew();
        tenants.fail(module, 5, "NETWORK", AT_THE_PROVIDER);
        // A look that came before it was committed would let runs through until the next one.
        tenants.looksAgain();
        // The first four wait for their next try, longer than a test takes.
        ledger.update("update stack set not_before = not_before + interval '1 hour'");
        tenants.due(module);
        tenants.due(module);
        assertThat(tenants.claim()).isEmpty();
        assertThat(tenants.held()).isEqualTo(3);
    }

    @AfterEach
    void othersMeetNone() {
        scheduler.resume();
        tenants.beginAnew();
    }

    /** As often as it takes: another look may be at work. */
    private void lookUntil(Runnable seen) throws Exception {
        eventually(
                SOON,
                () -> {
                    Ledger.await(tick::look);
                    seen.run();
                });
    }

    private Claim probe() throws Exception {
        tenants.waitIsOver();
        lookUntil(() -> assertThat(tenants.phase()).isEqualTo("HALF_OPEN"));
        return tenants.claim().orElseThrow();
    }

    private long waitMinutes() {
        return (Long) Objects.requireNonNull(ledger.value("select wait_millis from breaker"))
                / 60_000;
    }

    @Test
    void untilItsWaitIsOverNobodyTries() {
        Ledger.await(tick::look);

        assertThat(tenants.phase()).isEqualTo("OPEN");
        assertThat(tenants.claim()).isEmpty();
    }

    @Test
    void exactlyOneRunTriesHoweverManyReplicasLook() throws Exception {
        tenants.waitIsOver();
        lookUntil(() ->
                Ledger.await(() -> Uni.combine().all().unis(tick.look(), tick.look()).asTuple()));

        assertThat(tenants.phase()).isEqualTo("HALF_OPEN");
        assertThat(tenants.held()).isEqualTo(2);
        assertThat(tenants.claim()).isPresent();
        assertThat(tenants.claim()).isEmpty();
        Ledger.await(tick::look);
        assertThat(tenants.claim()).as("while it is at work").isEmpty();
    }

    @Test
    void oneThatFailsLikeTheOthersSpendsNothingAndDoublesTheWait() throws Exception {
        for (long minutes : List.of(10L, 20L, 40L, 60L, 60L)) {
            Claim probe = probe();
            worker.fails(probe, "NETWORK", AT_THE_PROVIDER);

            assertThat(tenants.phase()).isEqualTo("OPEN");
            assertThat(waitMinutes()).isEqualTo(minutes);
            assertThat(ledger.of(probe.stack(), "attempts")).isEqualTo(0);
            assertThat(tenants.held()).isEqualTo(3);
        }
        assertThat(tenants.claim()).isEmpty();
    }

    @Test
    void oneThatFailsInAnotherWayHasShownNothingEither() throws Exception {
        Claim probe = probe();
        worker.fails(probe, "CONFIG", BROKEN);

        lookUntil(() -> assertThat(tenants.phase()).isEqualTo("OPEN"));

        assertThat(waitMinutes()).isEqualTo(10);
        assertThat(ledger.of(probe.stack(), "failed_code")).isEqualTo("CONFIG");
    }

    @Test
    void whoHasNotFailedSoTriesBeforeWhoHas() throws Exception {
        String spared =
                String.valueOf(
                        ledger.value(
                                "select tenant_id from stack where hold_code = 'BREAKER' and last_run is null limit 1"));
        ledger.update(
                "update stack set last_run = (select run_id from run where code = 'NETWORK' limit 1)"
                        + " where hold_code = 'BREAKER' and tenant_id <> ?",
                spared);
        tenants.waitIsOver();

        lookUntil(() -> assertThat(tenants.phase()).isEqualTo("HALF_OPEN"));

        assertThat(ledger.value("select probe_tenant from breaker")).isEqualTo(spared);
    }

    @Test
    void whatABreakerHeldThatNobodyKnowsAnyMoreGoesOn() throws Exception {
        ledger.update("delete from breaker");

        lookUntil(() -> assertThat(tenants.held()).isZero());
    }

    @Test
    void oneThatSucceedsClosesItAndAllGoOn() throws Exception {
        worker.succeeds(probe());

        lookUntil(() -> assertThat(tenants.held()).isZero());

        assertThat(tenants.phase()).isEqualTo("CLOSED");
        assertThat(ledger.value("select closed_by || ': ' || closed_reason from breaker"))
                .isEqualTo("ledger: a run that tried succeeded");
        assertThat(tenants.claim()).isPresent();
        assertThat(tenants.claim()).isPresent();
        assertThat(tenants.claim()).isEmpty();
    }

    @Test
    void oneWhoseWorkerIsLostIsFollowedByAnother() throws Exception {
        Claim probe = probe();
        worker.registers("boot-2");
        worker.registers("boot-1");

        lookUntil(() ->
                assertThat(ledger.value("select probe_tenant from breaker"))
                        .isNotEqualTo(probe.stack().tenantId()));

        assertThat(tenants.phase()).isEqualTo("HALF_OPEN");
    }

    @Test
    void oneThatCannotBeginIsFollowedByAnother() throws Exception {
        tenants.waitIsOver();
        lookUntil(() -> assertThat(tenants.phase()).isEqualTo("HALF_OPEN"));
        String first = String.valueOf(ledger.value("select probe_tenant from breaker"));
        ledger.update("update stack set due = false where tenant_id = ?", first);

        lookUntil(() ->
                assertThat(ledger.value("select probe_tenant from breaker")).isNotEqualTo(first));

        assertThat(tenants.claim()).isPresent();
    }

    @Test
    void whatNobodyWaitsForCloses() throws Exception {
        ledger.update(
                "update stack set due = false, waiting_code = 'SUSPENDED' where hold_code = 'BREAKER'");
        tenants.waitIsOver();

        lookUntil(() -> assertThat(tenants.phase()).isEqualTo("CLOSED"));
    }

    @Test
    void anOperatorSeesItAndClosesItWithAReason() throws Exception {
        Reply list = operator.send("GET", "/v1/breakers", null);
        assertThat(list.json().path("items")).hasSize(1);
        String id = list.json().path("items").path(0).path("id").asText();
        assertThat(list.json().path("items").path(0).path("what").asText())
                .isEqualTo("provider postgresql with tenants-db");
        assertThat(list.json().path("items").path(0).path("held").asLong()).isEqualTo(3);
        assertThat(operator.send("GET", "/v1/doctor", null).body())
                .contains("BREAKER_OPEN", id + ", NETWORK (3 stacks held");
        String close = "/v1/breakers/" + id + "/close";
        assertThat(operator.send("POST", close, "{\"reason\":\"\"}").status()).isEqualTo(400);

        Reply closed = operator.send("POST", close, "{\"reason\":\"the firewall is mended\"}");

        assertThat(closed.status()).as(closed.body()).isEqualTo(200);
        lookUntil(() -> assertThat(tenants.held()).isZero());
        assertThat(
                        ledger.value(
                                "select actor || ': ' || reason from audit where action ="
                                        + " 'close-breaker' and subject = ?",
                                id))
                .isEqualTo("the-operator: the firewall is mended");
        Reply again = operator.send("POST", close, "{\"reason\":\"again, please\"}");
        assertThat(again.json().path("code").asText()).isEqualTo("BREAKER_CLOSED");
        assertThat(operator.send("GET", "/v1/breakers", null).json().path("items")).isEmpty();
        assertThat(operator.send("GET", "/v1/breakers?closed=true", null).json().path("items"))
                .hasSize(1);
    }

    @Test
    void thousandTenantsOfABrokenBlueprintCostAHandfulOfRuns() throws Exception {
        String blueprint = "broken-" + module;
        String prefix = "k-" + UUID.randomUUID().toString().substring(0, 8) + "-";
        // The thousand have no inputs that a claim could open. It meets the others before them, as
        // long as nobody else has those locked.
        scheduler.pause();
        for (int i = 0; i < 8; i++) {
            tenants.due(blueprint);
        }
        many(prefix, blueprint);
        int runs = 0;
        while (tenants.claim().map(claim -> fails(claim)).isPresent()) {
            runs++;
        }
        scheduler.resume();

        assertThat(runs).isEqualTo(5);
        // A claim passes over what another transaction is just holding.
        lookUntil(() -> {
            assertThat(tenants.claim()).isEmpty();
            assertThat(notHeld(blueprint)).isEqualTo("none");
        });
        assertThat(
                        ledger.value(
                                "select count(*) from stack s join stack_revision v using (tenant_id,"
                                        + " incarnation, stack, revision) where v.module_digest = ? and"
                                        + " hold_code = 'BREAKER'",
                                blueprint))
                .isEqualTo(1004L);
        assertThat(
                        ledger.value(
                                "select count(*) from dead_letter d join stack_revision v using"
                                        + " (tenant_id, incarnation, stack) where v.module_digest = ?",
                                blueprint))
                .isEqualTo(4L);
    }

    /** Its stacks that are due and not held, and what is with each of them. */
    private @Nullable Object notHeld(String blueprint) {
        return ledger.value(
                """
                select coalesce(string_agg(concat_ws(' ', s.tenant_id, s.hold_code, s.waiting_code, 'run=' || s.lease_run,
                    'not before ' || s.not_before, 'queued=' || t.queued), ', '), 'none')
                from stack s join stack_revision v using (tenant_id, incarnation, stack, revision)
                left join turn t using (tenant_id, incarnation, caps)
                where v.module_digest = ? and s.due and s.hold_code is distinct from 'BREAKER'
                """,
                blueprint);
    }

    private StackRef fails(Claim claim) {
        worker.fails(claim, "CONFIG", BROKEN);
        return claim.stack();
    }

    private void many(String prefix, String blueprint) {
        for (String rows :
                List.of(
                        """
                        insert into life (tenant_id, incarnation, generation, spec_hash, lifecycle, accepted_at,
                            blueprint_name, blueprint_version)
                        select ? || i, 1, 1, ?, 'active', clock_timestamp(), 'starter', '1.0.0'
                        from generate_series(1, 1000) i
                        """,
                        """
                        insert into stack_revision (tenant_id, incarnation, stack, revision, wanted, input_hash,
                            generation, module_digest, inputs, endpoints, outputs_allowed, policy, timeout_millis,
                            created_at)
                        select ? || i, 1, 'database', 1, true, 'h', 1, ?, '', '[]', '[]', '{}', 600000, now()
                        from generate_series(1, 1000) i
                        """,
                        """
                        insert into stack (tenant_id, incarnation, stack, wanted, revision, generation,
                            blueprint_name, blueprint_version, due, due_since, changed_at, input_hash)
                        select ? || i, 1, 'database', true, 1, 1, 'starter', '1.0.0', true,
                            now() + i * interval '1 millisecond', now(), ?
                        from generate_series(1, 1000) i
                        """)) {
            ledger.update(rows, prefix, blueprint);
        }
    }
}
