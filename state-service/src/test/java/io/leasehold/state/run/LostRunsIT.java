package io.leasehold.state.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.WorkerRegistration;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.state.lease.Workers;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How often a run may lose its worker. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class LostRunsIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject Retries retries;
    @Inject LostRuns losses;
    @Inject Workers workers;
    @Inject Mutiny.SessionFactory sessions;
    @Inject Scheduler scheduler;

    private final String tenant = "t-" + UUID.randomUUID();
    private final String neighbour = "n-" + UUID.randomUUID();
    private int boot;

    @BeforeEach
    void nothingDue() {
        worker.beginsWithNothingDue();
        worker.registers(boot());
    }

    @AfterEach
    void theServiceGoesOn() {
        scheduler.resume();
    }

    @Test
    void aRunThatAloneLosesItsWorkersIsADeadLetterAtLast() {
        StackRef stack = ledger.due(tenant);

        for (int times = 1; times <= 6; times++) {
            assertThat(letters()).isEmpty();
            isLost();
            passes("1 minute");
        }

        assertThat(ledger.of(stack, "due")).isEqualTo(false);
        assertThat(ledger.of(stack, "failed_message"))
                .isEqualTo(
                        "The worker that held the run is gone."
                                + " Lost 6 times by now, 6 of them while nothing else was lost."
                                + " Tried 6 times, the limit for WORKER_LOST.");
        assertThat(letters()).containsExactly("WORKER_LOST");
    }

    @Test
    void whatIsLostWhileOthersAreTooIsNotHeldAgainstItUpToALimitOfItsOwn() {
        anotherIsLost();
        passes("1 minute");
        StackRef stack = ledger.due(tenant);

        for (int times = 1; times < 30; times++) {
            isLost();
        }
        assertThat(letters()).isEmpty();
        assertThat(ledger.of(stack, "attempts")).isEqualTo(0);
        assertThat(counted()).hasSize(29).containsOnly(false);

        isLost();
        assertThat(letters()).containsExactly("WORKER_LOST");
        assertThat(String.valueOf(ledger.of(stack, "failed_message")))
                .endsWith(
                        "Lost 30 times by now, 0 of them while nothing else was lost."
                                + " Tried 30 times, the limit for WORKER_LOST.");
        assertThat(ledger.of(stack, "attempts")).isEqualTo(30);
    }

    @Test
    void whatWentWithItsWorkerOrItsMachineSpeaksForNone() {
        ledger.due(tenant);
        ledger.due(neighbour);

        for (int times = 1; times <= 6; times++) {
            claims();
            claims();
            startsAnew();
            // The other was on another worker of the machine, heard of a little earlier.
            ledger.update(
                    """
                    update lost_run set beaten_at = beaten_at - interval '15 seconds'
                    where run_id = (select max(run_id) from lost_run where tenant_id = ?)
                    """,
                    neighbour);
            passes("1 minute");
        }

        assertThat(letters()).containsExactly("WORKER_LOST");
    }

    @Test
    void whatWasLostALittleBeforeSpeaksForIt() {
        anotherIsLost();
        passes("25 seconds");
        ledger.due(tenant);

        isLost();

        assertThat(counted()).containsExactly(false);
    }

    @Test
    void whatWasLostLongAgoDoesNot() {
        anotherIsLost();
        passes("11 minutes");
        ledger.due(tenant);

        isLost();

        assertThat(counted()).containsExactly(true);
    }

    @Test
    void whatAnOlderRevisionTookWithItDoesNotSpeakForANewerOne() {
        StackRef stack = ledger.due(tenant);
        ledger.due(neighbour);
        claims();
        claims();
        startsAnew();
        passes("1 minute");
        ledger.update("update stack set due = false where tenant_id = ?", neighbour);
        ledger.newer(stack, 2, true);

        isLost();

        assertThat(counted()).containsExactly(true, true);
    }

    @Test
    void aReplayBeginsAnew() {
        StackRef stack = ledger.due(tenant);
        for (int times = 1; times <= 6; times++) {
            isLost();
            passes("1 minute");
        }

        Ledger.await(() -> sessions.withTransaction(session -> retries.retry(session, stack)));
        isLostAndWaits("0 s");

        assertThat(ledger.of(stack, "due")).isEqualTo(true);
        assertThat(counted()).as("what was lost before is still known").hasSize(7);
    }

    @Test
    void whoseWorkerLeftInOrderIsNotLost() {
        ledger.due(tenant);
        claims();

        Ledger.await(() -> workers.leave(new WorkerRegistration("w1", boot())));

        assertThat(counted()).isEmpty();
        assertThat(ledger.column("select result from run where tenant_id = ?", tenant))
                .containsExactly("LOST");
    }

    @Test
    void whatWasPerhapsNeverReceivedIsNoLoss() {
        ledger.due(tenant);
        var _ = worker.claim(boot(), "r-" + UUID.randomUUID(), Lane.LIFECYCLE, 0).orElseThrow();

        startsAnew();

        assertThat(counted()).isEmpty();
    }

    @Test
    void waitsGrowOnceTheFirstLossesWereFollowedAtOnceAndADayLaterTheyAreForgotten() {
        // The service forgets a wait as soon as that is over.
        scheduler.pause();
        ledger.due(tenant);

        for (String wait : List.of("0 s", "0 s", "0 s", "5 s", "10 s")) {
            isLostAndWaits(wait);
        }
        passes("25 hours");
        isLostAndWaits("0 s");

        Ledger.await(() ->
                sessions.withTransaction(session -> losses.sweep(session, "", Instant.now())));
        assertThat(counted()).hasSize(1);
    }

    @Test
    void whatWasLostAtOnceIsNotReadHoweverMuchItIs() throws Exception {
        ledger.update(
                """
                insert into lost_run (run_id, tenant_id, incarnation, stack, revision, beaten_at, counted)
                select 'many-' || n, 'many-' || n, 1, 'main', 1,
                    clock_timestamp() - interval '1 millisecond' * (n % 4000), true
                from generate_series(1, 50000) n
                """);
        ledger.update("analyze lost_run");
        StackRef stack = ledger.due(tenant);
        Claim claim = claims();

        String plan =
                String.valueOf(
                        ledger.value(
                                "explain (analyze, buffers, format json) "
                                        + LostRuns.NOTE
                                                .replace(":run", "'" + claim.runId() + "'")
                                                .replace(":tenant", "'" + tenant + "'")
                                                .replace(":incarnation", "1")
                                                .replace(":stack", "'" + stack.stack() + "'")
                                                .replace(":revision", "1")
                                                .replace(":kept", "86400000")
                                                .replace(":together", "20000")));

        JsonNode root = new ObjectMapper().readTree(plan).path(0).path("Plan");
        assertThat(
                        root.path("Shared Hit Blocks").asLong()
                                + root.path("Shared Read Blocks").asLong())
                .as(plan)
                .isLessThan(60);
        assertThat(counted()).containsExactly(true);
    }

    private void isLost() {
        claims();
        startsAnew();
    }

    /**
     * So long at most, and half of it at least: waits are spread. One that is over is forgotten.
     */
    private void isLostAndWaits(String longest) {
        Object before = ledger.column("select clock_timestamp()").getFirst();
        isLost();
        assertThat(
                        ledger.value(
                                """
                                with before as (select cast(? as timestamptz) as at)
                                select coalesce(not_before, before.at) between before.at + cast(? as interval) / 2
                                    and clock_timestamp() + cast(? as interval)
                                from stack, before where tenant_id = ?
                                """,
                                before,
                                longest,
                                longest,
                                tenant))
                .as(longest)
                .isEqualTo(true);
    }

    private void anotherIsLost() {
        ledger.due(neighbour);
        isLost();
        ledger.update("update stack set due = false where tenant_id = ?", neighbour);
    }

    private void passes(String time) {
        ledger.update("update lost_run set beaten_at = beaten_at - interval '" + time + "'");
    }

    /** Its first heartbeat shows that the worker has it. */
    private Claim claims() {
        ledger.update(
                "update stack set not_before = null where tenant_id in (?, ?)", tenant, neighbour);
        Claim claim =
                worker.claim(boot(), "r-" + UUID.randomUUID(), Lane.LIFECYCLE, 0).orElseThrow();
        worker.beats(claim, RunPhase.PREPARING);
        return claim;
    }

    /** Another process with the worker's name: what the one before had is lost. */
    private void startsAnew() {
        boot++;
        worker.registers(boot());
    }

    private String boot() {
        return "boot-" + tenant + "-" + boot;
    }

    private List<Object> counted() {
        return ledger.column(
                "select counted from lost_run where tenant_id = ? order by run_id", tenant);
    }

    private List<Object> letters() {
        return ledger.column("select code from dead_letter where tenant_id = ?", tenant);
    }
}
