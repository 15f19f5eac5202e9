package io.leasehold.state.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Makes things wrong for real, one by one, and asks what is wrong. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class DoctorIT {
    @Inject Ledger ledger;

    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);
    private final String tenant = "d-" + UUID.randomUUID();
    private final List<Runnable> mends = new ArrayList<>();

    @AfterEach
    void mend() {
        mends.reversed().forEach(Runnable::run);
    }

    @Test
    void whatIsMeasuredIsToldWhateverIsWrong() {
        JsonNode view = operator.send("GET", Paths.DOCTOR, null).json();

        assertThat(view.path("serviceTime").asText()).endsWith("Z");
        assertThat(view.path("measures"))
                .extracting(measure -> measure.path("name").asText())
                .contains("schema", "size of the database", "oldest row of the outbox");
    }

    @Test
    void aLeaseThatNobodyTakesOverIsStuck() {
        StackRef stack = ledger.due(tenant);
        // Its run is unknown, so that the service cannot end it.
        ledger.update(
                """
                update stack set lease_id = 'l', lease_worker = 'w7', lease_run = 'no-such-run',
                    lease_until = clock_timestamp() - interval '6 minutes' where tenant_id = ?
                """,
                tenant);
        undo("update stack set lease_id = null where tenant_id = ?", tenant);

        assertThat(finding("LEASE_STUCK")).contains(stack.key() + " (w7, 6 min");
    }

    @Test
    void aPersonsLockOfYesterdayIsOldAndOneOfTodayIsNot() {
        ledger.update(
                """
                insert into state_lock (tenant_id, incarnation, stack, lock_id, info, holder, since)
                values (?, 1, 'young', 'y', '{}', 'ann', now() - interval '23 hours'),
                       (?, 1, 'old', 'id-7', '{}', 'bob', now() - interval '25 hours')
                """,
                tenant,
                tenant);
        undo("delete from state_lock where tenant_id = ?", tenant);

        assertThat(finding("PERSONS_LOCK_OLD"))
                .contains(tenant + "/1/old (bob, id id-7, 1 d 1 h)")
                .doesNotContain("young");
    }

    @Test
    void rowsThatNobodyPublishesMakeTheOutboxLag() {
        ledger.update(
                """
                insert into outbox (id, shard, topic, key, headers, value, created_at, not_before)
                overriding system value values
                    (-5, 0, 'doctor', ?, '[]', '', now() - interval '6 minutes', null),
                    (-6, 1, 'doctor', ?, '[]', '', now() - interval '2 hours', now() - interval '7 minutes'),
                    (-4, 0, 'doctor', ?, '[]', '', now() - interval '2 hours', now() + interval '1 hour')
                """,
                tenant.getBytes(UTF_8),
                tenant.getBytes(UTF_8),
                tenant.getBytes(UTF_8));
        undo("delete from outbox where topic = 'doctor'");

        assertThat(finding("OUTBOX_LAGS"))
                .contains("shard 0 (", "oldest row 6 min", "shard 1 (", "7 min");
    }

    @Test
    void rowsInAShardThatThereIsNotAreTold() {
        ledger.update(
                """
                insert into outbox (id, shard, topic, headers, created_at) overriding system value
                values (-7, 0, 'doctor', '[]', now())
                """);
        undo("delete from outbox where topic = 'doctor'");
        assertThat(codes()).doesNotContain("OUTBOX_STRAY");

        ledger.update("update outbox set shard = 7 where id = -7");
        assertThat(finding("OUTBOX_STRAY")).contains("shard 7");
        ledger.update("update outbox set not_before = now() + interval '1 day' where id = -7");
        assertThat(finding("OUTBOX_STRAY")).contains("shard 7");
    }

    @Test
    void oneThatIsSilentIsToldHoweverManyAreNot() {
        for (int i = 0; i < 25; i++) {
            worker("loud-%d-%s".formatted(i, tenant), 0);
        }
        worker("quiet-" + tenant, 11);

        assertThat(finding("WORKER_SILENT")).contains("quiet-" + tenant).doesNotContain("loud");
    }

    @Test
    void workersThatDoNotAskForWorkAreSilentUntilTheyDo() {
        worker("quiet-" + tenant, 11);
        worker("loud-" + tenant, 0);
        assertThat(finding("WORKER_SILENT"))
                .contains("quiet-" + tenant)
                .doesNotContain("loud-" + tenant);

        // A heartbeat of one of its runs is a sign of life.
        ledger.due(tenant);
        ledger.update(
                """
                update stack set lease_id = 'l', lease_worker = ?, lease_run = 'r', lease_beaten_at = now(),
                    lease_until = now() + interval '1 hour' where tenant_id = ?
                """,
                "quiet-" + tenant,
                tenant);
        undo("update stack set lease_id = null where tenant_id = ?", tenant);
        assertThat(codes()).doesNotContain("WORKER_SILENT");

        ledger.update("update stack set lease_id = null where tenant_id = ?", tenant);
        assertThat(codes()).contains("WORKER_SILENT");
        ServiceClient.as(TestTokens.WORKER)
                .send(
                        "POST",
                        Paths.CLAIMS,
                        """
                        {"worker":"quiet-%s","bootId":"b","requestId":"%s","lane":"DRIFT","waitMillis":0}
                        """
                                .formatted(tenant, UUID.randomUUID()));
        assertThat(codes()).doesNotContain("WORKER_SILENT");
    }

    @Test
    void aHoldThatNoTimeEndsIsToldAndOneWithAnEndIsNot() {
        // Other tests' holds; only the first three are named.
        ledger.update("update stack set hold_until = now() where hold_code is not null");
        ledger.due(tenant);
        undo("update stack set hold_code = null where tenant_id = ?", tenant);
        ledger.update(
                "update stack set hold_code = 'BY_HAND', hold_by = 'ann', hold_until = now() + interval '1 day'"
                        + " where tenant_id = ?",
                tenant);
        assertThat(codes()).doesNotContain("HOLD_WITHOUT_END");

        ledger.update("update stack set hold_until = null where tenant_id = ?", tenant);

        assertThat(finding("HOLD_WITHOUT_END")).contains(tenant + "/1/database (BY_HAND by ann)");
    }

    @Test
    void whatFailedForGoodIsToldByItsStackAndItsOpenLetter() {
        // First in order, whatever other tests left.
        String first = "0-" + tenant;
        StackRef stack = ledger.due(first);
        ledger.update(
                "update stack set failed_revision = revision, failed_code = 'AUTHZ', due = false"
                        + " where tenant_id = ?",
                first);
        undo("update stack set failed_revision = 0, failed_code = null where tenant_id = ?", first);
        ledger.update(
                """
                insert into dead_letter (id, kind, status, tenant_id, incarnation, stack, generation, revision,
                    run_id, code, reason, at)
                select ?, 'RUN', 'OPEN', tenant_id, incarnation, stack, generation, revision, 'r', 'AUTHZ', 'no',
                    now() - interval '26 hours' from stack where tenant_id = ?
                """,
                first,
                first);
        undo("delete from dead_letter where id = ?", first);

        assertThat(finding("STACKS_FAILED")).contains(stack.key() + " (AUTHZ)");
        assertThat(finding("DEAD_LETTERS_OPEN")).contains(first + " (RUN, 1 d 2 h)");

        ledger.update(
                "update dead_letter set status = 'REPLAYED', closed_at = now() where id = ?",
                first);
        assertThat(findings().toString()).doesNotContain(first);
    }

    @Test
    void aKindThatWasNotSweptForLongLags() {
        ledger.update(
                """
                insert into retention (sweep, due_at, round_ended_at)
                values ('runs', now() + interval '1 hour', now() - interval '25 hours')
                on conflict (sweep) do update set due_at = excluded.due_at, round_ended_at = excluded.round_ended_at
                """);
        undo("update retention set round_ended_at = now() where sweep = 'runs'");

        assertThat(finding("RETENTION_LAGS")).contains("runs (1 d 1 h ago)");
    }

    @Test
    void partitionsThatAreNotMadeAndRowsWithoutOneAreTold() {
        ledger.update(
                "insert into audit (at, actor, action, subject) values ('1999-01-01', ?, 'a', 's')",
                tenant);
        assertThat(finding("PARTITION_REST")).contains("table audit");
        ledger.update("alter table audit_rest disable trigger append_only");
        ledger.update("delete from audit_rest where actor = ?", tenant);
        ledger.update("alter table audit_rest enable trigger append_only");

        List<Object> ahead =
                ledger.column(
                        """
                        select c.relname::text from pg_inherits i join pg_class c on c.oid = i.inhrelid
                        where i.inhparent = 'run_log'::regclass and c.relname ~ '[0-9]$'
                        order by c.relname desc limit 2
                        """);
        ahead.forEach(
                partition -> ledger.update("alter table run_log detach partition " + partition));
        mends.add(() -> {
            ahead.forEach(partition -> ledger.update("drop table " + partition));
            ledger.column("select cast(run_log_partitions() as text)");
        });

        assertThat(finding("PARTITION_MISSING")).contains("table run_log");
    }

    @Test
    void aMasterKeyThatWrapsAndIsNotThereIsMissing() {
        ledger.update(
                """
                insert into data_key (owner, key_id, wrapped, mac_key, master_key_id, created_at, wrapped_at)
                values (?, ?, '', '', 'raw-gone', now(), now())
                """,
                tenant,
                tenant);
        undo("delete from data_key where owner = ?", tenant);

        assertThat(finding("MASTER_KEY_MISSING")).contains("raw-gone");
        assertThat(codes()).doesNotContain("MASTER_KEY_FAILS");
    }

    @Test
    void anOlderSchemaAndOneThatAsksForMoreAreTold() {
        ledger.update(
                "update flyway_schema_history set success = false where version = (select max(version::int)"
                        + " from flyway_schema_history)::text");
        undo("update flyway_schema_history set success = true");
        assertThat(finding("SCHEMA_TOO_OLD")).contains("this service was made for");

        ledger.update("update flyway_schema_history set success = true");
        Object floor = ledger.column("select oldest from schema_floor").getFirst();
        undo("update schema_floor set oldest = ?", floor);
        ledger.update("update schema_floor set oldest = 1000");
        assertThat(finding("SCHEMA_TOO_NEW")).contains("does not work on it any more");
    }

    private void undo(String sql, Object... values) {
        mends.add(() -> ledger.update(sql, values));
    }

    private void worker(String name, int minutesSilent) {
        ledger.update(
                """
                insert into worker (name, boot_id, registered_at, last_seen)
                values (?, 'b', now(), now() - ? * interval '1 minute')
                """,
                name,
                minutesSilent);
        undo("delete from worker where name = ?", name);
    }

    private List<JsonNode> findings() {
        return StreamSupport.stream(
                        operator.send("GET", Paths.DOCTOR, null)
                                .json()
                                .path("findings")
                                .spliterator(),
                        false)
                .toList();
    }

    private List<String> codes() {
        return findings().stream().map(each -> each.path("code").asText()).toList();
    }

    private String finding(String code) {
        return findings().stream()
                .filter(each -> each.path("code").asText().equals(code))
                .map(each -> each.path("what").asText())
                .findFirst()
                .orElseThrow(() -> new AssertionError("not among " + codes()));
    }
}
