package io.leasehold.state.lease;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.Sealers;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stacks whose inputs nobody can open stand in the way of nobody else. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class UnopenedInputsIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject AskedRuns asked;
    @Inject Sealers keys;

    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);
    private final String test = UUID.randomUUID().toString();

    @BeforeEach
    void aQuietLedgerAndOneWorker() {
        worker.beginsWithNothingDue();
    }

    private StackRef due(String name) {
        return ledger.due(name + "-" + test);
    }

    private void damage(String table, StackRef stack) {
        ledger.update(
                "update " + table + " set inputs = 'damaged' where tenant_id = ?",
                stack.tenantId());
    }

    private Optional<Claim> claim() {
        return worker.claim("boot-1", UUID.randomUUID().toString(), Lane.LIFECYCLE, 0);
    }

    private String waits(StackRef stack) {
        JsonNode tenant = operator.send("GET", "/v1/tenants/" + stack.tenantId(), null).json();
        return tenant.path("waitingFor").path(0).asText();
    }

    @Test
    void whatCannotBeOpenedIsPassedOverAndSaysSoAndIsTriedAgain() {
        StackRef damaged = due("damaged");
        damage("stack_revision", damaged);
        StackRef whole = due("whole");

        assertThat(claim().orElseThrow().stack()).isEqualTo(whole);

        assertThat(ledger.of(damaged, "lease_id")).isEqualTo("null");
        assertThat(waits(damaged))
                .startsWith(
                        "database: its inputs cannot be opened (the log of the service says why);"
                                + " the next try comes at ");
        ledger.revision(damaged, 2, true);
        ledger.update(
                "update stack set revision = 2, not_before = null where tenant_id = ?",
                damaged.tenantId());
        assertThat(claim().orElseThrow().stack()).isEqualTo(damaged);
        assertThat(ledger.of(damaged, "waiting_reason")).isEqualTo("null");
    }

    @Test
    void aLifeWhoseKeyIsDeletedStandsInNobodysWay() {
        StackRef deleted = due("deleted");
        StackRef whole = due("whole");
        ledger.update(
                "update data_key set wrapped = null, deleted_at = now() where owner = ?",
                KeyOwner.of(deleted).name());
        // As by a replica that has not had the key in memory.
        keys.forget(KeyOwner.of(deleted));

        assertThat(claim().orElseThrow().stack()).isEqualTo(whole);

        assertThat(waits(deleted)).contains("its inputs cannot be opened (KEY_DELETED: ");
    }

    @Test
    void aCheckWhoseInputsCannotBeOpenedIsPassedOver() {
        StackRef damaged = due("damaged");
        worker.succeeds(worker.mustClaim());
        StackRef whole = due("whole");
        worker.succeeds(worker.mustClaim());
        damage("stack_applied", damaged);
        for (StackRef stack : new StackRef[] {damaged, whole}) {
            ledger.update(
                    "update stack set drift_checked_at = now() - cast(? as interval) where tenant_id = ?",
                    stack.equals(damaged) ? "2 days" : "1 day",
                    stack.tenantId());
        }

        assertThat(worker.claimCheck().orElseThrow().stack()).isEqualTo(whole);

        assertThat(ledger.of(damaged, "drift_run")).isEqualTo("null");
    }

    @Test
    void whoAskedForARunThatCannotBeginIsTold() {
        StackRef damaged = due("damaged");
        worker.succeeds(worker.mustClaim());
        damage("stack_revision", damaged);
        damage("stack_applied", damaged);
        String run = "asked-" + test;
        ledger.update(
                """
                insert into run (run_id, tenant_id, incarnation, stack, kind, phase, generation, revision,
                    attempt, blueprint_name, blueprint_version, worker, state_version, started_at)
                values (?, ?, 1, 'database', 'STATE', 'ASKED', 1, 1, 1, 'starter', '1.0.0', '', 1, now())
                """,
                run,
                damaged.tenantId());
        asked.wake();
        StackRef whole = due("whole");

        assertThat(claim().orElseThrow().stack()).isEqualTo(whole);

        assertThat(ledger.value("select result || ' ' || message from run where run_id = ?", run))
                .isEqualTo(
                        "CANCELLED It could not begin: its inputs cannot be opened (the log of the"
                                + " service says why); ask again when that is mended.");
    }
}
