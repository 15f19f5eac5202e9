package io.leasehold.state.checkpoint;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.OutcomeRequest.Result;
import io.leasehold.ledger.api.PlanAsking;
import io.leasehold.ledger.api.PlanBinding;
import io.leasehold.ledger.api.PlanKeeping;
import io.leasehold.ledger.api.PlanReply;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.state.problem.Refusal;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.hibernate.reactive.mutiny.Mutiny;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plans that runs keep before they apply them, and what becomes of them. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class SavedPlansIT {
    private static final byte[] PLAN = "a plan with s3cret".getBytes(StandardCharsets.UTF_8);
    private static final PlanBinding BINDING =
            new PlanBinding("NORMAL", "module", "lock", "1.12.6", "inputs");

    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject SavedPlans plans;
    @Inject OldPlans old;
    @Inject Mutiny.SessionFactory sessions;

    private final String tenant = "t-" + UUID.randomUUID();
    private StackRef stack;

    @BeforeEach
    void aStackThatIsDueAndPlansFirst() {
        worker.beginsWithNothingDue();
        stack = ledger.due(tenant);
        ledger.update("update stack set apply_started = true where tenant_id = ?", tenant);
    }

    private Claim planning() {
        Claim claim = worker.mustClaim();
        worker.beats(claim, RunPhase.PLANNING);
        return claim;
    }

    private void keeps(Claim claim, byte[] plan) {
        Ledger.await(() ->
                plans.keep(claim.runId(), new PlanKeeping(TestWorker.lease(claim), BINDING, plan)));
    }

    private PlanReply asks(Claim claim, PlanBinding binding) {
        return Ledger.await(
                () -> plans.take(claim.runId(), new PlanAsking(TestWorker.lease(claim), binding)));
    }

    /** A run keeps its plan, its worker is killed and starts again, and the stack is claimed. */
    private Claim takesOver(Claim first) {
        keeps(first, PLAN);
        return comesBack();
    }

    private Claim comesBack() {
        worker.registers("boot-2");
        worker.registers("boot-1");
        ledger.update("update stack set not_before = null where tenant_id = ?", tenant);
        return planning();
    }

    private long kept() {
        return (long)
                Objects.requireNonNull(
                        ledger.value(
                                "select count(*) from stack_plan where tenant_id = ?", tenant));
    }

    @Test
    void whoTakesOverGetsExactlyThePlanThatWasKept() {
        Claim first = planning();
        assertThat(first.planned()).isFalse();

        Claim second = takesOver(first);

        assertThat(second.planned()).isTrue();
        assertThat(asks(second, BINDING).plan()).isEqualTo(PLAN);
        assertThat(kept()).as("until its apply begins").isEqualTo(1);
        assertThat(asks(second, BINDING).plan()).as("an answer was lost").isEqualTo(PLAN);
    }

    /** Its worker never comes back: its lease is freed by time, and any other may go on. */
    @Test
    void anotherWorkerGoesOnFromThePlanOfOneThatIsLost() throws Exception {
        Claim first = planning();
        keeps(first, PLAN);
        ledger.update(
                "update stack set lease_until = clock_timestamp() - interval '1 minute' where tenant_id = ?",
                tenant);
        eventually(
                Duration.ofSeconds(20),
                () ->
                        assertThat(
                                        ledger.value(
                                                "select result from run where run_id = ?",
                                                first.runId()))
                                .isEqualTo("LOST"));
        ledger.update("update stack set not_before = null where tenant_id = ?", tenant);

        Claim second = worker.otherClaims("w-" + tenant);
        worker.beats(second, RunPhase.PLANNING);

        assertThat(second.stack()).isEqualTo(stack);
        assertThat(second.planned()).isTrue();
        assertThat(asks(second, BINDING).plan()).isEqualTo(PLAN);
        assertThat(
                        ledger.value(
                                "select string_agg(worker, ',' order by started_at) from run where tenant_id = ?",
                                tenant))
                .isEqualTo("w1,w-" + tenant);
        worker.beats(second, RunPhase.APPLYING);
        assertThat(kept()).isZero();
    }

    @Test
    void noPlanIsAppliedAfterAnApplyMayHaveBegun() {
        Claim second = takesOver(planning());
        worker.beats(second, RunPhase.APPLYING);

        assertThat(kept()).isZero();
        assertThat(asks(second, BINDING).plan()).isNull();
        assertThatThrownBy(() -> keeps(second, PLAN))
                .isInstanceOfSatisfying(
                        Refusal.class, r -> assertThat(r.code()).isEqualTo("PLAN_NOT_KEPT"));
        assertThat(comesBack().planned()).isFalse();
    }

    private void voids(String why, Consumer<Claim> change) {
        Claim first = planning();
        keeps(first, PLAN);
        change.accept(first);
        Claim second = comesBack();
        PlanReply reply = asks(second, BINDING);
        assertThat(reply.plan()).isNull();
        assertThat(reply.why()).contains(why);
        assertThat(kept()).isZero();
    }

    @Test
    void aNewerRevisionMakesItVoid() {
        voids("newer revision", _ -> ledger.newer(stack, 2, true));
    }

    @Test
    void whateverIsSaidOfTheTenantMakesItVoidAlsoASuspensionThatIsOver() {
        voids(
                "tenant was changed",
                _ ->
                        ledger.update(
                                "update life set generation = generation + 2 where tenant_id = ?",
                                tenant));
    }

    @Test
    void aStateThatWasChangedMakesItVoid() {
        voids("state was changed", first -> worker.writesState(first, 2, "db-1"));
    }

    @Test
    void timeMakesItVoid() {
        voids(
                "time is over",
                _ ->
                        ledger.update(
                                "update stack_plan set expires_at = clock_timestamp() where tenant_id = ?",
                                tenant));
    }

    @Test
    void otherProvidersOrInputsMakeItVoid() {
        Claim second = takesOver(planning());

        assertThat(asks(second, new PlanBinding("NORMAL", "module", "lock", "1.12.6", "x")).why())
                .contains("inputs");
        keeps(second, PLAN);
        assertThat(asks(second, new PlanBinding("NORMAL", "module", "x", "1.12.6", "inputs")).why())
                .contains("providers");
        assertThat(kept()).isZero();
    }

    @Test
    void aHoldMakesItVoidAlsoWhenItIsLetGoAgain() {
        voids(
                "none any more",
                first -> {
                    ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);
                    String path = "/v1/stacks/" + tenant + "/1/database/";
                    operator.send("POST", path + "hold", "{\"reason\":\"wait\"}");
                    operator.send("POST", path + "unhold", "{\"reason\":\"go on\"}");
                    worker.ends(first, Result.DROPPED, null);
                });
    }

    @Test
    void aNewerPlanTakesThePlaceOfAnOlderOne() {
        Claim second = takesOver(planning());
        byte[] newer = "another".getBytes(StandardCharsets.UTF_8);

        keeps(second, newer);

        assertThat(asks(comesBack(), BINDING).plan()).isEqualTo(newer);
    }

    @Test
    void whoDoesNotHoldTheStackKeepsNothingAndIsGivenNothing() {
        Claim first = planning();
        Claim second = takesOver(first);

        assertThatThrownBy(() -> keeps(first, PLAN))
                .isInstanceOfSatisfying(
                        Refusal.class, r -> assertThat(r.code()).isEqualTo("LEASE_LOST"));
        assertThatThrownBy(() -> asks(first, BINDING))
                .isInstanceOfSatisfying(
                        Refusal.class, r -> assertThat(r.code()).isEqualTo("LEASE_LOST"));
        assertThat(asks(second, BINDING).plan()).isEqualTo(PLAN);
    }

    @Test
    void aPlanThatIsTooLargeIsNotKept() {
        Claim first = planning();

        assertThatThrownBy(() -> keeps(first, new byte[16 * 1024 * 1024 + 1]))
                .isInstanceOfSatisfying(
                        Refusal.class, r -> assertThat(r.code()).isEqualTo("PLAN_TOO_LARGE"));
        assertThat(kept()).isZero();
    }

    @Test
    void nobodyButAWorkerReadsAPlanAndTheDatabaseShowsNothingOfIt() {
        Claim second = takesOver(planning());
        String path = "/v1/runs/" + second.runId() + "/plan";
        String asking =
                """
                {"leaseId":"%s","binding":{"mode":"NORMAL","moduleDigest":"module","lockDigest":"lock",
                "tofuVersion":"1.12.6","inputsDigest":"inputs"}}
                """
                        .formatted(TestWorker.lease(second));

        for (String token : Arrays.asList(TestTokens.OPERATOR, TestTokens.VIEWER)) {
            assertThat(ServiceClient.as(token).send("POST", path, asking).status()).isEqualTo(403);
            assertThat(ServiceClient.as(token).send("GET", path, null).status())
                    .isBetween(403, 405);
        }
        ServiceClient.Reply reply = ServiceClient.as(TestTokens.WORKER).send("POST", path, asking);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("plan").asText()).isNotEmpty();
        assertThat(
                        ledger.value(
                                """
                                select position('s3cret'::bytea in plan) + position('inputs' in inputs_mac)
                                from stack_plan where tenant_id = ?
                                """,
                                tenant))
                .isEqualTo(0);
    }

    @Test
    void whatNobodyTookGoesWithTime() {
        keeps(planning(), PLAN);

        Ledger.await(() ->
                sessions.withTransaction(
                        session -> old.sweep(session, "", Instant.now().plusSeconds(3700))));

        assertThat(kept()).isZero();
    }
}
