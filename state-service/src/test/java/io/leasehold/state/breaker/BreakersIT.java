package io.leasehold.state.breaker;

import static io.leasehold.state.breaker.AlikeTenants.AT_THE_PROVIDER;
import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.Circumstances;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class BreakersIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Circumstances BROKEN =
            new Circumstances(List.of("tenants-db"), "postgresql", "f-broken");

    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject AlikeTenants tenants;
    @Inject BreakerRows rows;
    @Inject Mutiny.SessionFactory sessions;

    private final String module = "m-" + UUID.randomUUID();
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);

    @BeforeEach
    void nothingIsDueAndNoBreakerIsKnown() {
        tenants.beginAnew();
    }

    @AfterEach
    void othersMeetNone() {
        tenants.beginAnew();
    }

    private JsonNode tenant(StackRef stack) {
        return operator.send("GET", "/v1/tenants/" + stack.tenantId(), null).json();
    }

    @Test
    void threeTenantsThatFailAlikeOpenABreakerAndTheFourthWaitsWithoutARun() {
        Set<StackRef> failing = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            tenants.due(module);
        }
        for (int i = 0; i < 5; i++) {
            failing.add(tenants.nextFails("NETWORK", AT_THE_PROVIDER));
            ledger.update("update stack set not_before = now() where not_before is not null");
        }
        assertThat(failing).hasSize(3);
        StackRef fourth = tenants.due(module);

        assertThat(tenants.claim()).isEmpty();

        assertThat(tenants.phase()).isEqualTo("OPEN");
        assertThat(ledger.of(fourth, "hold_code")).isEqualTo("BREAKER");
        assertThat(ledger.of(fourth, "attempts")).isEqualTo(0);
        assertThat(ledger.value("select sum(attempts) from stack where hold_code = 'BREAKER'"))
                .hasToString("4");
        assertThat(
                        ledger.column(
                                "select 1 from dead_letter where code = 'NETWORK' and tenant_id like 'a-%'"
                                        + " and tenant_id in (select tenant_id from stack where hold_code = 'BREAKER')"))
                .isEmpty();
        assertThat(tenant(fourth).path("waitingFor").toString())
                .matches(
                        ".*database: held \\(BREAKER\\) by b-[0-9a-f]{8} since .*Z until .*Z: 5 runs of"
                                + " 3 tenants failed alike with NETWORK \\(provider postgresql with"
                                + " tenants-db\\); one run at a time tries it.*");
    }

    @Test
    void aRunThatEndsLikeThatWhileItIsOpenSpendsNothingAndWaits() {
        tenants.due(module);
        Claim atWork = tenants.claim().orElseThrow();
        tenants.fail(module, 5, "CONFIG", BROKEN);

        worker.fails(atWork, "CONFIG", BROKEN);

        StackRef stack = atWork.stack();
        assertThat(ledger.of(stack, "attempts")).isEqualTo(0);
        assertThat(ledger.of(stack, "failed_code")).isEqualTo("null");
        assertThat(ledger.of(stack, "hold_code")).isEqualTo("BREAKER");
        assertThat(ledger.column("select 1 from dead_letter where tenant_id = ?", stack.tenantId()))
                .isEmpty();
        assertThat(ledger.phases(stack.tenantId())).containsExactly("started", "retrying");
        assertThat(
                        ledger.value(
                                "select convert_from(value, 'UTF8')::jsonb ->> 'message' from outbox where"
                                        + " convert_from(key, 'UTF8') = ? order by id desc limit 1",
                                stack.tenantId()))
                .asString()
                .startsWith("it failed This try is not counted; its stack waits for breaker b-");
    }

    @Test
    void fiveThatFailAtOnceOpenItToo() {
        List<Claim> atWork = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            tenants.due(module);
            atWork.add(tenants.claim().orElseThrow());
        }

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            atWork.forEach(claim -> threads.execute(() -> worker.fails(claim, "CONFIG", BROKEN)));
        }

        assertThat(tenants.phase()).isEqualTo("OPEN");
        assertThat(tenants.held()).isEqualTo(1);
    }

    @Test
    void whatFallsDueIsTakenOutOfTheQueueThoughNobodyClaims() throws Exception {
        tenants.fail(module, 5, "CONFIG", BROKEN);
        StackRef due = tenants.due(module);

        eventually(SOON, () -> assertThat(ledger.of(due, "hold_code")).isEqualTo("BREAKER"));

        assertThat(ledger.column("select queued from turn where tenant_id = ?", due.tenantId()))
                .containsExactly(false);
    }

    @Test
    void aProcessThatHasJustBegunHoldsToo() {
        tenants.fail(module, 5, "CONFIG", BROKEN);
        StackRef due = tenants.due(module);
        CoveredStacks anew = new CoveredStacks(new OpenBreakers(rows));
        CoveredStacks.Due run = new CoveredStacks.Due(due, RunKind.APPLY, module);

        List<CoveredStacks.Due> free =
                Ledger.await(() ->
                        sessions.withTransaction(
                                session -> anew.hold(session, List.of(run), each -> each)));

        assertThat(free).isEmpty();
        assertThat(ledger.of(due, "hold_code")).isEqualTo("BREAKER");
    }

    @Test
    void regionsAreApart() {
        for (int i = 0; i < 5; i++) {
            StackRef stack = tenants.due(module);
            isIn("eu", stack);
            tenants.nextFails("NETWORK", AT_THE_PROVIDER);
        }
        StackRef eu = tenants.due(module);
        isIn("eu", eu);
        StackRef us = tenants.due(module);
        isIn("us", us);

        assertThat(tenants.claim().orElseThrow().stack()).isEqualTo(us);
        assertThat(tenants.claim()).isEmpty();
        assertThat(ledger.of(eu, "hold_code")).isEqualTo("BREAKER");
    }

    /** A tenant's region is in what it wants. */
    private void isIn(String region, StackRef stack) {
        ledger.update(
                "update life set spec = jsonb_build_object('region', ?::text) where tenant_id = ?",
                region,
                stack.tenantId());
    }

    @Test
    void oneTenantThatFailsTenTimesAloneOpensNothing() {
        StackRef alone = tenants.due(module);
        for (int i = 0; i < 10; i++) {
            tenants.nextFails("NETWORK", AT_THE_PROVIDER);
            ledger.update(
                    "update stack set not_before = now(), attempts = 0 where tenant_id = ?",
                    alone.tenantId());
        }

        assertThat(ledger.column("select 1 from breaker")).isEmpty();
        assertThat(tenants.claim().orElseThrow().stack()).isEqualTo(alone);
    }

    @Test
    void whereAsManySucceedAsFailTheFailuresAreThoseTenantsOwn() {
        for (int i = 0; i < 6; i++) {
            tenants.fail(module, 1, "VALIDATION", BROKEN);
            tenants.due(module);
            worker.succeeds(tenants.claim().orElseThrow());
        }

        assertThat(ledger.column("select 1 from breaker")).isEmpty();
        assertThat(ledger.value("select count(*) from breaker_failure")).isEqualTo(6L);
    }

    @Test
    void whatFailsInAnotherWayOrLongAgoOrIsOfAnOlderWorkerDoesNotCount() {
        tenants.fail(module, 4, "CONFIG", BROKEN);
        tenants.fail(module, 4, "CONFIG", new Circumstances(List.of(), null, "f-other"));
        tenants.fail(module, 2, "STALE_PLAN", BROKEN);
        tenants.due(module);
        worker.ends(tenants.claim().orElseThrow(), OutcomeRequest.Result.FAILED, "CONFIG");
        assertThat(ledger.column("select 1 from breaker")).isEmpty();

        ledger.update("update breaker_failure set failed_at = now() - interval '6 minutes'");
        tenants.fail(module, 4, "CONFIG", BROKEN);
        assertThat(ledger.column("select 1 from breaker")).isEmpty();

        tenants.fail(module, 1, "CONFIG", BROKEN);
        assertThat(tenants.phase()).isEqualTo("OPEN");
    }

    @Test
    void anotherModuleAndANewRevisionGoOn() {
        tenants.fail(module, 5, "CONFIG", BROKEN);
        StackRef held = tenants.due(module);
        assertThat(tenants.claim()).isEmpty();

        StackRef other = tenants.due("another-" + module);
        assertThat(tenants.claim().orElseThrow().stack()).isEqualTo(other);
        ledger.newer(held, 2, true);

        assertThat(ledger.of(held, "hold_code")).isEqualTo("null");
        assertThat(tenants.claim().orElseThrow().stack()).isEqualTo(held);
    }

    @Test
    void twoBreakersOfOneModuleHoldEachTheirOwn() {
        for (int i = 0; i < 5; i++) {
            isIn("eu", tenants.due(module));
            tenants.nextFails("NETWORK", AT_THE_PROVIDER);
        }
        for (int i = 0; i < 5; i++) {
            isIn("us", tenants.due(module));
            tenants.nextFails("NETWORK", AT_THE_PROVIDER);
        }
        isIn("us", tenants.due(module));
        isIn("eu", tenants.due(module));

        assertThat(tenants.claim()).isEmpty();
        assertThat(
                        ledger.column(
                                "select count(*) from stack where hold_code = 'BREAKER' group by hold_by"))
                .containsExactly(2L, 2L);
    }

    @Test
    void whatIsHeldStaysDueAndIsPlannedAsIfItWereFree() {
        String blueprint = "b-" + module;
        TestBlueprints.registers(TestBlueprints.SINGLE, blueprint);
        tenants.fail(module, 5, "CONFIG", BROKEN);
        TestUpstream upstream = new TestUpstream();
        String tenant = "a-" + UUID.randomUUID();
        upstream.publishes(TestUpstream.wants(tenant, 1, blueprint, 3));
        ledger.update(
                "update stack_revision set module_digest = ? where tenant_id = ?", module, tenant);
        StackRef stack = new StackRef(tenant, 1, "database");
        assertThat(tenants.claim()).isEmpty();
        Object since = ledger.of(stack, "due_since");

        upstream.publishes(TestUpstream.wants(tenant, 2, blueprint, 3));

        assertThat(ledger.of(stack, "generation")).isEqualTo(2L);
        assertThat(ledger.of(stack, "hold_code")).isEqualTo("BREAKER");
        assertThat(ledger.of(stack, "due")).isEqualTo(true);
        assertThat(ledger.of(stack, "due_since")).isEqualTo(since);
    }

    @Test
    void aModuleThatCannotBeAppliedMayBeDestroyed() {
        StackRef stack = tenants.due(module);
        worker.succeeds(tenants.claim().orElseThrow());
        tenants.fail(module, 5, "CONFIG", BROKEN);

        ledger.newer(stack, 2, false);

        assertThat(tenants.claim().orElseThrow().stack()).isEqualTo(stack);
    }

    @Test
    void aProviderIsTheSameForDestroysAndForModulesThatFailAlikeAndNotForOtherCredentials() {
        StackRef gone = tenants.due(module);
        worker.succeeds(tenants.claim().orElseThrow());
        StackRef elsewhere = tenants.due(module);
        Claim elsewheres = tenants.claim().orElseThrow();
        worker.fails(
                elsewheres,
                "STALE_PLAN",
                new Circumstances(List.of("other-db"), "postgresql", "f"));
        ledger.update("update stack set due = false where tenant_id = ?", elsewhere.tenantId());
        tenants.fail(module, 5, "NETWORK", AT_THE_PROVIDER);

        ledger.newer(gone, 2, false);
        assertThat(tenants.claim()).as("the destroy").isEmpty();
        tenants.fail("second-" + module, 1, "NETWORK", AT_THE_PROVIDER);
        tenants.due("second-" + module);
        assertThat(tenants.claim()).as("one more of the second module").isEmpty();
        ledger.update(
                "update stack set due = true, due_since = now(), not_before = null where tenant_id = ?",
                elsewhere.tenantId());

        assertThat(tenants.claim().orElseThrow().stack()).isEqualTo(elsewhere);
    }

    @Test
    void whatAPersonHoldsAPersonLetsGo() {
        tenants.fail(module, 5, "CONFIG", BROKEN);
        StackRef stack = tenants.due(module);
        assertThat(tenants.claim()).isEmpty();
        String path = "/v1/stacks/" + stack.key() + "/";

        assertThat(operator.send("POST", path + "unhold", "{\"reason\":\"try\"}").body())
                .contains("Held by a breaker");
        assertThat(operator.send("POST", path + "hold", "{\"reason\":\"wait\"}").status())
                .isEqualTo(200);

        assertThat(ledger.of(stack, "hold_code")).isEqualTo("OPERATOR");
        assertThat(tenants.held()).isEqualTo(1);
    }
}
