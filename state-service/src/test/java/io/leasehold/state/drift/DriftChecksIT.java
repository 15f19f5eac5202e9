package io.leasehold.state.drift;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.events.Topics;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.DriftReport;
import io.leasehold.ledger.api.DriftView;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class DriftChecksIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject DriftChecks checks;
    @Inject DriftViews views;
    @Inject ObjectMapper json;

    @BeforeEach
    void nothingDue() {
        worker.beginsWithNothingDue();
    }

    @Test
    void onlyTheEdgesOfADriftAreTold() throws IOException {
        StackRef stack = applied();
        report(stack, drifted("connection_limit"));
        report(stack, drifted("connection_limit"));
        report(stack, drifted("connection_limit", "login"));
        assertThat(adrift(stack.tenantId(), null, 100).items())
                .singleElement()
                .satisfies(view -> {
                    assertThat(view.checks()).isEqualTo(3);
                    assertThat(view.changes()).hasSize(1);
                });

        report(stack, clean());
        report(stack, clean());

        List<JsonNode> events = events(stack);
        assertThat(events)
                .extracting(event -> event.path("state").textValue())
                .containsExactly("detected", "changed", "resolved");
        assertThat(events)
                .extracting(event -> event.path("driftId").textValue())
                .containsOnly(events.getFirst().path("driftId").textValue());
        assertThat(events)
                .extracting(event -> event.path("sequence").longValue())
                .containsExactly(1L, 2L, 3L);
        assertThat(events.getLast().path("reason").textValue()).isEqualTo("external");
        assertThat(ledger.published(Topics.STACK_DRIFT_CURRENT, stack.key()))
                .hasSize(3)
                .last()
                .isEqualTo("null");
        assertThat(adrift(stack.tenantId(), null, 100).items()).isEmpty();
    }

    @Test
    void aCheckHoldsNoLeaseAndIsHandedOutAgainWhenItIsLost() {
        StackRef stack = applied();
        ledger.update(
                "update stack set drift_checked_at = null where tenant_id = ?", stack.tenantId());
        Claim first = worker.claimCheck().orElseThrow();

        assertThat(first.stack()).isEqualTo(stack);
        assertThat(first.kind()).isEqualTo(RunKind.DRIFT);
        assertThat(first.lease()).isNull();
        assertThat(first.revision()).isEqualTo(1);
        assertThat(worker.claimCheck()).isEmpty();

        ledger.update(
                "update stack set drift_run_until = now() - interval '1 second' where tenant_id = ?",
                stack.tenantId());
        Claim second = worker.claimCheck().orElseThrow();
        assertThat(second.runId()).isNotEqualTo(first.runId());
        assertThat(ledger.value("select result from run where run_id = ?", first.runId()))
                .isEqualTo("LOST");

        send(first, drifted("connection_limit"));
        assertThat(events(stack)).as("a check that was given up counts for nothing").isEmpty();
    }

    @Test
    void aCheckOfAWorkerThatWasKilledIsFreeWhenItStartsAnew() {
        StackRef stack = applied();
        ledger.update(
                "update stack set drift_checked_at = null where tenant_id = ?", stack.tenantId());
        Claim first = worker.claimCheck().orElseThrow();

        worker.registers("boot-2");

        Claim second = worker.claim("boot-2", "anew", Lane.DRIFT, 0).orElseThrow();
        assertThat(second.stack()).isEqualTo(stack);
        assertThat(ledger.value("select result from run where run_id = ?", first.runId()))
                .isEqualTo("LOST");
    }

    @Test
    void aStackIsNotCheckedAgainWithinTheInterval() {
        StackRef stack = applied();
        report(stack, clean());

        assertThat(worker.claimCheck()).isEmpty();
        ledger.update(
                "update stack set drift_checked_at = now() - interval '7 hours' where tenant_id = ?",
                stack.tenantId());
        assertThat(worker.claimCheck().orElseThrow().stack()).isEqualTo(stack);
    }

    @Test
    void nothingIsCheckedThatIsHeld() {
        StackRef stack = applied();
        ledger.update(
                "update stack set drift_checked_at = null, hold_code = 'OPERATOR' where tenant_id = ?",
                stack.tenantId());
        assertThat(worker.claimCheck()).isEmpty();

        ledger.update(
                "update stack set hold_until = now() - interval '1 second' where tenant_id = ?",
                stack.tenantId());
        assertThat(worker.claimCheck().orElseThrow().stack()).isEqualTo(stack);
    }

    @Test
    void case36DriftFoundWhileARevisionIsDueIsDiscarded() {
        StackRef stack = applied();
        Claim check = check(stack);
        ledger.newer(stack, 2, true);

        send(check, drifted("connection_limit"));

        assertThat(events(stack)).isEmpty();
        assertThat(ledger.value("select result from run where run_id = ?", check.runId()))
                .isEqualTo("DRIFTED");
    }

    @Test
    void aReportSentTwiceCountsOnce() {
        StackRef stack = applied();
        Claim check = check(stack);
        send(check, drifted("connection_limit"));
        send(check, drifted("connection_limit"));

        assertThat(events(stack)).hasSize(1);
        assertThat(ledger.value("select checks from drift where tenant_id = ?", stack.tenantId()))
                .isEqualTo(1L);
    }

    @Test
    void theThirdFailureInARowIsTold() {
        StackRef stack = applied();
        for (int i = 0; i < 4; i++) {
            report(stack, new DriftReport(DriftReport.Result.FAILED, List.of(), "no route"));
        }

        assertThat(events(stack))
                .extracting(event -> event.path("state").textValue())
                .containsExactly("check-failed");
    }

    @Test
    void anApplyResolvesDriftByAnImmediateCheck() {
        StackRef stack = applied();
        report(stack, drifted("connection_limit"));
        ledger.newer(stack, 2, true);
        worker.succeeds(worker.mustClaim());

        Claim check = worker.claimCheck().orElseThrow();
        assertThat(check.stack()).isEqualTo(stack);
        assertThat(check.revision()).isEqualTo(2);
        send(check, clean());

        assertThat(events(stack).getLast().path("reason").textValue()).isEqualTo("apply");
    }

    @Test
    void whatIsAdriftIsListedInPagesOldestFirst() {
        List<StackRef> stacks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            StackRef stack = applied();
            report(stack, drifted("connection_limit"));
            stacks.add(stack);
        }
        List<StackRef> seen = new ArrayList<>();
        int pages = 0;
        String after = null;
        do {
            Page<DriftView> page = adrift(null, after, 2);
            page.items().stream().map(DriftView::stack).filter(stacks::contains).forEach(seen::add);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(2);
            after = page.next();
            pages++;
        } while (after != null);

        assertThat(seen).isEqualTo(stacks);
        assertThat(pages).isGreaterThan(1);
    }

    private Page<DriftView> adrift(@Nullable String tenant, @Nullable String after, int limit) {
        return Ledger.await(() -> views.list(new DriftViews.PageOf(tenant, after, limit)));
    }

    private StackRef applied() {
        StackRef stack = ledger.due("t-" + UUID.randomUUID());
        worker.succeeds(worker.mustClaim());
        return stack;
    }

    private Claim check(StackRef stack) {
        ledger.update(
                "update stack set drift_checked_at = null where tenant_id = ?", stack.tenantId());
        return worker.claimCheck().orElseThrow();
    }

    private void report(StackRef stack, DriftReport report) {
        send(check(stack), report);
    }

    private void send(Claim check, DriftReport report) {
        Ledger.await(() -> checks.report(check.runId(), report));
    }

    private static DriftReport clean() {
        return new DriftReport(DriftReport.Result.CLEAN, List.of(), null);
    }

    private static DriftReport drifted(String... paths) {
        List<DriftReport.Attribute> attributes = new ArrayList<>();
        for (String path : paths) {
            attributes.add(new DriftReport.Attribute(path, "changed"));
        }
        return new DriftReport(
                DriftReport.Result.DRIFTED,
                List.of(
                        new DriftReport.Change(
                                "postgresql_role.tenant", "postgresql_role", "update", attributes)),
                null);
    }

    private List<JsonNode> events(StackRef stack) {
        List<JsonNode> events = new ArrayList<>();
        for (Object text : ledger.published(Topics.STACK_DRIFT, stack.key())) {
            try {
                events.add(json.readTree((String) text));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        return events;
    }
}
