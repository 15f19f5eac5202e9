package io.leasehold.state.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.MutableClock;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Runs, their logs and the revisions they were of: what is past its time goes, what is needed
 * stays.
 */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class OldRunsIT {
    private static final Duration HOUR = Duration.ofHours(1);

    @Inject Ledger ledger;
    @Inject TestSweeps sweeps;

    private final MutableClock clock = TestSweeps.clock();
    private final String tenant = "r-" + UUID.randomUUID();

    @BeforeEach
    void aStack() {
        ledger.due(tenant);
    }

    @Test
    void aRunGoesWhenItsTimeIsOverAndNotBefore() {
        String run = oldRun();

        sweeps.round("runs", clock);
        assertThat(isThere(run)).isTrue();
        clock.advance(HOUR.multipliedBy(2));
        sweeps.round("runs", clock);

        assertThat(isThere(run)).isFalse();
    }

    @Test
    void runsThatAreAskedForAgainStay() {
        String last = oldRun();
        ledger.update("update stack set last_run = ? where tenant_id = ?", last, tenant);
        String atWork = oldRun();
        ledger.update(
                "update stack set lease_id = 'l', lease_run = ?, lease_worker = 'w' where tenant_id = ?",
                atWork,
                tenant);
        ledger.update("update run set finished_at = null where run_id = ?", atWork);
        String applied = oldRun();
        applied(applied);
        String failed = oldRun();
        letter(failed, "OPEN");
        String lostItsLease = oldRun();
        orphan(lostItsLease);
        String logged = oldRun();
        line(logged);
        clock.advance(HOUR.multipliedBy(2));

        sweeps.round("runs", clock);

        assertThat(
                        ledger.column(
                                "select run_id from run where tenant_id = ? order by run_id",
                                tenant))
                .containsExactlyInAnyOrder(last, atWork, applied, failed, lostItsLease, logged);

        ledger.update("update dead_letter set status = 'REPLAYED' where tenant_id = ?", tenant);
        ledger.update("update state_version set settled_at = now() where tenant_id = ?", tenant);
        ledger.update("delete from run_log where run_id = ?", logged);
        sweeps.round("runs", clock);
        assertThat(ledger.column("select run_id from run where tenant_id = ?", tenant))
                .containsExactlyInAnyOrder(last, atWork, applied);
    }

    /** What a claim says of them is "interrupted": see {@code DueRun}. */
    @Test
    void appliesThatMayHaveMadeWhatNoStateKnowsStayUntilOneIsApplied() {
        List<String> lost =
                Stream.of("WORKER_LOST", "TIMEOUT", "STATE_WRITE_FAILED")
                        .map(this::failedWith)
                        .toList();
        failedWith("APPLY_FAILED");
        clock.advance(HOUR.multipliedBy(2));

        ledger.update("update stack set apply_started = true where tenant_id = ?", tenant);
        sweeps.round("runs", clock);
        assertThat(runs()).containsExactlyInAnyOrder(lost.toArray());

        applied("elsewhere");
        ledger.update(
                "update stack_applied set applied_at = now() - interval '1 year' where tenant_id = ?",
                tenant);
        sweeps.round("runs", clock);
        assertThat(runs()).hasSize(3);

        ledger.update("update stack_applied set applied_at = now() where tenant_id = ?", tenant);
        sweeps.round("runs", clock);
        assertThat(runs()).isEmpty();
    }

    private List<Object> runs() {
        return ledger.column("select run_id from run where tenant_id = ?", tenant);
    }

    private String failedWith(String code) {
        String run = oldRun();
        ledger.update("update run set result = 'FAILED', code = ? where run_id = ?", code, run);
        return run;
    }

    @Test
    void logsGoByTheWeekUnlessARunOfItIsAtWork() {
        // Its time is not over by this machine's clock, so that only this test lets it go.
        LocalDate monday =
                LocalDate.ofInstant(
                                clock.instant().minus(sweeps.config().runLogs()), ZoneOffset.UTC)
                        .with(TemporalAdjusters.next(DayOfWeek.MONDAY));
        Instant began = monday.atStartOfDay().toInstant(ZoneOffset.UTC);
        String partition = "run_log_" + monday.format(DateTimeFormatter.ofPattern("yyyy_MM_dd"));
        String run = run(began.plus(HOUR), began.plus(HOUR));
        line(run);
        String before = partitionOf(run);
        if (!before.equals(partition)) {
            // All weeks up to the making of the schema lie in one, or what is in no week in the
            // rest.
            ledger.update("delete from run_log where run_id = ?", run);
            if (!before.equals("run_log_rest")) {
                ledger.update("drop table " + before);
            }
            ledger.column(
                    "select cast(run_log_partition(cast(? as date)) as text)", monday.toString());
            line(run);
        }
        assertThat(partitionOf(run)).isEqualTo(partition);
        ledger.update(
                "update stack set lease_id = 'l', lease_run = ?, lease_worker = 'w' where tenant_id = ?",
                run,
                tenant);
        Instant over = began.plus(Duration.ofDays(7)).plus(sweeps.config().runLogs());

        clock.set(over.minusMillis(1));
        sweeps.round("run-logs", clock);
        assertThat(lines(run)).isEqualTo(1L);
        clock.set(over);
        sweeps.round("run-logs", clock);
        assertThat(lines(run)).as("its run is at work").isEqualTo(1L);
        ledger.update("update stack set lease_id = null where tenant_id = ?", tenant);
        sweeps.round("run-logs", clock);

        assertThat(lines(run)).isEqualTo(0L);
        assertThat(ledger.value("select to_regclass(?)::text", partition)).isEqualTo("null");
        assertThat(isThere(run)).isTrue();
    }

    private String partitionOf(String run) {
        return String.valueOf(
                ledger.value(
                        "select cast(tableoid as regclass)::text from run_log where run_id = ?",
                        run));
    }

    @Test
    void linesThatLieInNoWeekGoWithTheirTimeToo() {
        Instant over = clock.instant().minus(sweeps.config().runLogs());
        String old = run("zz-" + UUID.randomUUID(), over.minus(HOUR), over.minus(HOUR));
        String young = run("zz-" + UUID.randomUUID(), over.plus(HOUR), over.plus(HOUR));
        line(old);
        line(young);

        sweeps.round("run-logs", clock);

        assertThat(lines(old)).isEqualTo(0L);
        assertThat(lines(young)).isEqualTo(1L);
    }

    @Test
    void oldRevisionsGoButTheNewestTheAppliedAndThatOfARunAtWork() {
        ledger.update(
                """
                insert into stack_revision select tenant_id, incarnation, stack, n, wanted, input_hash, generation,
                    module_digest, inputs, endpoints, outputs_allowed, policy, timeout_millis, created_at
                from stack_revision cross join generate_series(2, 6) n where tenant_id = ?
                """,
                tenant);
        ledger.update("update stack set revision = 6 where tenant_id = ?", tenant);
        ledger.update(
                "update stack_revision set created_at = now() - interval '31 days' where tenant_id = ?"
                        + " and revision <> 5",
                tenant);
        applied(oldRun());
        ledger.update("update stack_applied set revision = 2 where tenant_id = ?", tenant);
        String atWork = oldRun();
        ledger.update("update run set finished_at = null, revision = 3 where run_id = ?", atWork);

        sweeps.round("revisions", clock);

        // 1 and 4 are old and needed by nobody, 5 is young.
        assertThat(
                        ledger.column(
                                "select revision from stack_revision where tenant_id = ? order by revision",
                                tenant))
                .containsExactly(2L, 3L, 5L, 6L);
    }

    /** Its time is over in an hour. */
    private String oldRun() {
        Instant at = clock.instant().minus(sweeps.config().runs()).plus(HOUR);
        return run(at, at);
    }

    private String run(Instant began, Instant ended) {
        return run(TestSweeps.runId(began), began, ended);
    }

    private String run(String id, Instant began, Instant ended) {
        ledger.update(
                """
                insert into run (run_id, tenant_id, incarnation, stack, kind, phase, result, generation, revision,
                    attempt, blueprint_name, blueprint_version, worker, state_version, started_at, finished_at)
                values (?, ?, 1, 'database', 'APPLY', 'FINISHED', 'SUCCEEDED', 1, 1, 1, 'b', '1', 'w', 1,
                    to_timestamp(? / 1000.0), to_timestamp(? / 1000.0))
                """,
                id,
                tenant,
                began.toEpochMilli(),
                ended.toEpochMilli());
        return id;
    }

    private boolean isThere(String run) {
        return ledger.value("select run_id from run where run_id = ?", run) != null;
    }

    private void line(String run) {
        ledger.update(
                "insert into run_log (run_id, seq, at, type, line) values (?, 1, now(), 't', '')",
                run);
    }

    private Object lines(String run) {
        return ledger.column("select count(*) from run_log where run_id = ?", run).getFirst();
    }

    private void applied(String run) {
        ledger.update(
                """
                insert into stack_applied (tenant_id, incarnation, stack, revision, generation, module_digest, inputs,
                    endpoints, outputs_allowed, policy, timeout_millis, blueprint_name, blueprint_version,
                    tofu_version, run_id, state_version, applied_at)
                values (?, 1, 'database', 1, 1, 'd', '', '[]', '[]', '{}', 1, 'b', '1', '1', ?, 1, now())
                """,
                tenant,
                run);
    }

    private void letter(String run, String status) {
        ledger.update(
                """
                insert into dead_letter (id, kind, status, tenant_id, incarnation, stack, run_id, code, reason, at)
                values (?, 'RUN', ?, ?, 1, 'database', ?, 'c', 'r', now())
                """,
                UUID.randomUUID().toString(),
                status,
                tenant,
                run);
    }

    private void orphan(String run) {
        ledger.update(
                """
                insert into state_version (tenant_id, incarnation, stack, version, lineage, serial, md5, size, kind,
                    run_id, written_by, written_at, bytes)
                values (?, 1, 'database', 99, 'l', 1, 'm', 0, 'ORPHAN', ?, 'w', now(), '')
                """,
                tenant,
                run);
    }
}
