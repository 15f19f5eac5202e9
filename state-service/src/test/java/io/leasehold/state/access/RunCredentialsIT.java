package io.leasehold.state.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.DriftReport;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.state.drift.DriftChecks;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A run's right to its stack's state: no wider and no longer than the run. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class RunCredentialsIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject DriftChecks checks;

    private final ServiceClient service = ServiceClient.as(TestTokens.WORKER);
    private StackRef stack;

    @BeforeEach
    void aStackIsDue() {
        worker.beginsWithNothingDue();
        stack = ledger.due("t" + UUID.randomUUID().toString().substring(0, 18));
    }

    @Test
    void aRunReadsAndWritesTheStateOfItsStack() {
        Claim claim = worker.mustClaim();

        assertThat(read(claim).status()).isEqualTo(200);
        assertThat(write(claim, stack).status()).isEqualTo(204);
        assertThat(kinds()).containsExactly("SEED", "RUN");
        assertThat(
                        ledger.value(
                                "select run_id || ' ' || written_by from state_version where"
                                        + " tenant_id = ? and kind = 'RUN'",
                                stack.tenantId()))
                .isEqualTo(claim.runId() + " w1");
    }

    @Test
    void nobodyReadsOrWritesWithoutOneOrWithOneThatIsMadeUp() {
        Claim claim = worker.mustClaim();
        String own = credential(claim);

        for (String token :
                new String[] {
                    null,
                    own.substring(0, own.length() - 1) + (own.endsWith("0") ? "1" : "0"),
                    own.replace(claim.runId(), UUID.randomUUID().toString()),
                    own + "0",
                    "lhr." + claim.runId() + "."
                }) {
            ServiceClient caller = ServiceClient.as(token);
            assertThat(caller.send("GET", path(stack), null).status()).isEqualTo(401);
            assertThat(caller.send("POST", path(stack), state()).status()).isEqualTo(401);
        }
        assertThat(kinds()).containsExactly("SEED");
    }

    @Test
    void itIsGoodForNoOtherStack() {
        Claim claim = worker.mustClaim();
        StackRef other = ledger.due("t" + UUID.randomUUID().toString().substring(0, 18));
        StackRef sibling = ledger.stack(stack.tenantId(), "other");

        for (StackRef elsewhere :
                List.of(other, sibling, new StackRef(stack.tenantId(), 2, stack.stack()))) {
            refused(write(claim, elsewhere), "OUT_OF_LIMITS");
            refused(
                    ServiceClient.as(credential(claim)).send("GET", path(elsewhere), null),
                    "OUT_OF_LIMITS");
        }
        assertThat(versionsOf(other)).containsExactly("SEED");
    }

    @Test
    void thatOfARunWhoseStackAnotherRunHasIsOver() {
        Claim lost = worker.mustClaim();
        worker.registers("boot-2");
        Claim next = worker.claim("boot-2", "again", Lane.LIFECYCLE, 0).orElseThrow();

        assertThat(next.stack()).isEqualTo(lost.stack());
        refused(write(lost, stack), "RUN_OVER");
        refused(read(lost), "RUN_OVER");
        assertThat(kinds()).containsExactly("SEED");
        assertThat(write(next, stack).status()).isEqualTo(204);
    }

    @Test
    void thatOfARunWhoseLeaseRanOutIsOver() {
        Claim claim = worker.mustClaim();
        leaseRunsOut();

        refused(read(claim), "RUN_OVER");
        refused(write(claim, stack), "RUN_OVER");
        assertThat(kinds()).containsExactly("SEED");
    }

    @Test
    void anOutageOfTheServiceEndsNone() {
        Claim claim = worker.mustClaim();
        ledger.update(
                """
                with still as (update pulse set beaten_at = clock_timestamp() - interval '20 seconds')
                update stack set lease_until = clock_timestamp() - interval '10 seconds' where tenant_id = ?
                """,
                stack.tenantId());

        assertThat(write(claim, stack).status()).isEqualTo(204);
    }

    @Test
    void thatOfARunThatEndedIsOver() {
        Claim claim = worker.mustClaim();
        worker.fails(claim, "CONFIG");

        refused(read(claim), "RUN_OVER");
        refused(write(claim, stack), "RUN_OVER");
        assertThat(kinds()).containsExactly("SEED");
    }

    @Test
    void aCheckReadsAndNeverWritesAndItsIsOverWithTheCheck() {
        applied();
        Claim check = worker.claimCheck().orElseThrow();

        assertThat(read(check).status()).isEqualTo(200);
        refused(write(check, stack), "RUN_READS_ONLY");
        Ledger.await(() ->
                checks.report(
                        check.runId(), new DriftReport(DriftReport.Result.CLEAN, List.of(), null)));
        refused(read(check), "RUN_OVER");
        assertThat(kinds()).containsExactly("SEED", "RUN");
    }

    @Test
    void aRunTakesNoPersonsLock() {
        Claim claim = worker.mustClaim();
        ServiceClient run = ServiceClient.as(credential(claim));

        refused(run.send("LOCK", path(stack), "{\"ID\":\"a\"}"), "FORBIDDEN");
        refused(run.send("UNLOCK", path(stack), "{\"ID\":\"a\"}"), "FORBIDDEN");
    }

    @Test
    void aWorkersTokenAloneReadsNothingAndWritesNoStateOfARunAtWork() {
        Claim claim = worker.mustClaim();

        refused(service.send("GET", path(stack), null), "RUN_CREDENTIAL_REQUIRED");
        refused(byToken("GET", claim, null), "RUN_CREDENTIAL_REQUIRED");
        refused(byToken("POST", claim, state()), "RUN_CREDENTIAL_REQUIRED");
        assertThat(kinds()).containsExactly("SEED");
    }

    @Test
    void itHandsInWhatASpoolHoldsUnderTheRulesOfTheLease() {
        Claim claim = worker.mustClaim();
        leaseRunsOut();

        assertThat(byToken("POST", claim, state()).status())
                .as("nobody was given the stack since")
                .isEqualTo(204);
        worker.registers("boot-2");
        assertThat(byToken("POST", claim, state().replace("\"serial\":2", "\"serial\":3")).code())
                .isEqualTo("LEASE_LOST");
        assertThat(kinds()).containsExactly("SEED", "RUN", "ORPHAN");
        refused(byToken("GET", claim, null), "RUN_CREDENTIAL_REQUIRED");
    }

    @Test
    void aRunThatWasClaimedBeforeThereWereCredentialsGoesOnByItsLease() {
        Claim claim = worker.mustClaim();
        ledger.update("update run set credential = null where run_id = ?", claim.runId());

        assertThat(byToken("GET", claim, null).status()).isEqualTo(200);
        assertThat(byToken("POST", claim, state()).status()).isEqualTo(204);
        assertThat(kinds()).containsExactly("SEED", "RUN");
    }

    @Test
    void aClaimThatIsAskedForAgainGivesANewOneAndTheOldOneIsWorthNothing() {
        Claim first = worker.claim("boot-1", "same", Lane.LIFECYCLE, 0).orElseThrow();
        Claim again = worker.claim("boot-1", "same", Lane.LIFECYCLE, 0).orElseThrow();

        assertThat(again.runId()).isEqualTo(first.runId());
        assertThat(read(first).status()).isEqualTo(401);
        assertThat(read(again).status()).isEqualTo(200);
    }

    @Test
    void theDatabaseHasNoMoreOfItThanItsDigest() {
        Claim claim = worker.mustClaim();

        String row =
                String.valueOf(
                        ledger.value(
                                "select cast(r as text) from run r where run_id = ?",
                                claim.runId()));
        String secret = credential(claim).substring(credential(claim).lastIndexOf('.') + 1);
        assertThat(row).doesNotContain(secret);
        assertThat(claim.toString()).doesNotContain(secret);
        assertThat(
                        ledger.value(
                                "select length(credential) from run where run_id = ?",
                                claim.runId()))
                .isEqualTo(32);
    }

    // ── what the tests say ──────────────────────────────────────────────────────────────────────

    private void applied() {
        Claim claim = worker.mustClaim();
        worker.writesState(claim, 2, "db");
        worker.succeeds(claim);
        ledger.update(
                "update stack set drift_checked_at = null where tenant_id = ?", stack.tenantId());
    }

    private void leaseRunsOut() {
        ledger.update(
                "update stack set lease_until = (select beaten_at from pulse) - interval '1"
                        + " millisecond' where tenant_id = ?",
                stack.tenantId());
    }

    private static String credential(Claim claim) {
        return Objects.requireNonNull(claim.credential());
    }

    private Reply read(Claim claim) {
        return ServiceClient.as(credential(claim)).send("GET", path(stack), null);
    }

    private Reply write(Claim claim, StackRef to) {
        return ServiceClient.as(credential(claim)).send("POST", path(to), state());
    }

    private Reply byToken(String verb, Claim claim, @Nullable String body) {
        return service.send(verb, path(stack), body, Paths.LEASE_HEADER, TestWorker.lease(claim));
    }

    private static void refused(Reply reply, String code) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(403);
        assertThat(reply.code()).isEqualTo(code);
    }

    private static String path(StackRef stack) {
        return "/state/" + stack.key();
    }

    private String state() {
        return "{\"version\":4,\"serial\":2,\"lineage\":\"%s\",\"outputs\":{},\"resources\":[]}"
                .formatted(
                        ledger.value(
                                "select lineage from state_version where tenant_id = ? and stack = ?"
                                        + " order by version limit 1",
                                stack.tenantId(),
                                stack.stack()));
    }

    private List<Object> kinds() {
        return versionsOf(stack);
    }

    private List<Object> versionsOf(StackRef of) {
        return ledger.column(
                "select kind from state_version where tenant_id = ? and stack = ? order by version",
                of.tenantId(),
                of.stack());
    }
}
