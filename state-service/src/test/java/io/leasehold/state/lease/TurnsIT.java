package io.leasehold.state.lease;

import static java.time.temporal.ChronoUnit.MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class TurnsIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject NextTries nextTries;
    @Inject AgroalDataSource database;

    private final Instant now = Instant.now().truncatedTo(MILLIS);
    private final String test = UUID.randomUUID().toString();

    @BeforeEach
    void aQuietLedgerAndOneWorker() {
        worker.beginsWithNothingDue();
    }

    @AfterEach
    void withoutCaps() {
        ledger.update("delete from cap");
    }

    private String tenant(String name) {
        return name + "-" + test;
    }

    private void cap(String name, int most, String tenants, String stack) {
        ledger.update(
                "insert into cap (name, most, tenants, stack, set_by, set_at)"
                        + " values (?, ?, ?, ?, 'ann', now())",
                name,
                most,
                tenants,
                stack);
    }

    private Optional<Claim> claim() {
        return worker.claim("boot-1", UUID.randomUUID().toString(), Lane.LIFECYCLE, 0);
    }

    private String claimed() {
        return claim().map(claim -> claim.stack().key()).orElse("nothing");
    }

    /** Random small ledgers, each served to its end by the statement and by the model. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void theStatementServesAsTheModelDoes(long seed) {
        Random random = new Random(seed);
        TurnModel model = new TurnModel();
        for (String cap : List.of("cap-a", "cap-b")) {
            int most = 1 + random.nextInt(2);
            cap(cap, most, "*" + test, cap.substring(4));
            model.cap(cap, most);
        }
        List<StackRef> stacks = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            String tenant = tenant("t" + t);
            ledger.life(tenant, 1);
            Instant served = now.minusMillis(random.nextInt(1_200_000));
            if (random.nextBoolean()) {
                model.served(new TurnModel.Life(tenant, 1), served);
                ledger.update(
                        "insert into turn values (?, 1, '', false, ?, ?)",
                        tenant,
                        Timestamp.from(served),
                        Timestamp.from(served));
            }
            for (String name : List.of("a", "b", "c", "d")) {
                if (random.nextInt(3) > 0) {
                    stacks.add(notYetDue(tenant, name));
                }
            }
        }
        Collections.shuffle(stacks, random);
        stacks.forEach(stack -> falls(model, stack, now.minusMillis(random.nextInt(1_200_000))));
        List<StackRef> atWork = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        for (int i = 0; i < 3 * stacks.size(); i++) {
            Optional<StackRef> next = model.serve(now.plusMillis(i));
            Optional<Claim> claim = claim();
            expected.add(next.map(StackRef::key).orElse("nothing"));
            actual.add(claim.map(c -> c.stack().key()).orElse("nothing"));
            next.ifPresent(atWork::add);
            if (!atWork.isEmpty() && random.nextBoolean()) {
                ends(model, atWork.remove(random.nextInt(atWork.size())));
            }
        }
        assertThat(actual).as("seed %d", seed).isEqualTo(expected);
        assertThat(actual).filteredOn(key -> !key.equals("nothing")).hasSameSizeAs(stacks);
    }

    /** Makes a stack and takes it out of the queue again, to fall due at a time of its own. */
    private StackRef notYetDue(String tenant, String name) {
        StackRef stack = ledger.stack(tenant, name);
        ledger.update(
                "update stack set due = false where tenant_id = ? and stack = ?", tenant, name);
        ledger.update("update turn set queued = false where tenant_id = ?", tenant);
        return stack;
    }

    private void falls(TurnModel model, StackRef stack, Instant since) {
        String caps = Set.of("a", "b").contains(stack.stack()) ? "cap-" + stack.stack() : "";
        model.falls(new TurnModel.Due(stack, since, caps));
        ledger.update(
                "update stack set due = true, due_since = ? where tenant_id = ? and stack = ?",
                Timestamp.from(since),
                stack.tenantId(),
                stack.stack());
    }

    private void ends(TurnModel model, StackRef stack) {
        model.ends(stack);
        ledger.update(
                "update stack set due = false, lease_id = null, lease_run = null"
                        + " where tenant_id = ? and stack = ?",
                stack.tenantId(),
                stack.stack());
    }

    @Test
    void aHundredDueStacksOfOneTenantDelayNobody() {
        String big = tenant("big");
        ledger.life(big, 1);
        for (int i = 0; i < 100; i++) {
            ledger.stack(big, "s%03d".formatted(i));
        }
        ledger.due(tenant("b"));
        ledger.due(tenant("c"));

        assertThat(List.of(claimed(), claimed(), claimed(), claimed()))
                .containsExactly(
                        big + "/1/s000",
                        tenant("b") + "/1/database",
                        tenant("c") + "/1/database",
                        big + "/1/s001");
    }

    @Test
    void manyClaimersGetAllStacksOfOneTenantInOneLook() throws Exception {
        String tenant = tenant("one");
        ledger.life(tenant, 1);
        for (int i = 0; i < 20; i++) {
            ledger.stack(tenant, "s" + i);
        }

        assertThat(together(20, this::claimed)).doesNotHaveDuplicates().doesNotContain("nothing");
    }

    @Test
    void aCapIsNeverPassedThoughManyClaimAtOnce() throws Exception {
        cap("cloud", 3, "*" + test, "database");
        for (int i = 0; i < 20; i++) {
            ledger.due(tenant("t" + i));
        }

        List<String> given = together(20, this::claimed);

        assertThat(given.stream().filter(key -> !key.equals("nothing"))).hasSize(3);
        assertThat(claim()).isEmpty();
        ledger.update("update stack set lease_id = null, due = false where lease_id is not null");
        assertThat(claim()).isPresent();
    }

    @Test
    void aCapOfNoneStopsAllOfItsRunsAndNoOthers() {
        cap("stopped", 0, "*" + test, "database");
        for (int i = 0; i < 60; i++) {
            ledger.due(tenant("t" + i));
        }
        ledger.life(tenant("other"), 1);
        ledger.stack(tenant("other"), "topics");

        assertThat(claimed()).isEqualTo(tenant("other") + "/1/topics");
        assertThat(claimed()).isEqualTo("nothing");
    }

    @Test
    void livesWithNothingToRunAfterAllAreLeftBehindInOneLook() {
        for (int i = 0; i < 120; i++) {
            ledger.due(tenant("t" + i));
        }
        ledger.update("update stack set due = false where tenant_id like ?", "%" + test);
        StackRef last = ledger.due(tenant("last"));

        assertThat(claimed()).isEqualTo(last.key());
        assertThat(ledger.value("select count(*) from turn where queued")).isEqualTo(0L);
    }

    /** Others work on them, so they are passed over and stay in the queue. */
    private void whileStacksAreLocked(String tenants, Runnable then) throws SQLException {
        try (Connection other = database.getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute(
                    "select 1 from stack where tenant_id like '%s' for update".formatted(tenants));
            then.run();
            other.rollback();
        }
    }

    @Test
    @Timeout(30)
    void aQueueOfWhatCannotBeHadNowIsWalkedToItsEnd() throws SQLException {
        for (int i = 0; i < 120; i++) {
            ledger.due(tenant("t" + i));
        }
        StackRef last = ledger.due(tenant("last"));

        whileStacksAreLocked("t%" + test, () -> assertThat(claimed()).isEqualTo(last.key()));
    }

    @Test
    @Timeout(30)
    void whoFellDueTogetherWithWhatCannotBeHadNowIsNotPassedOver() throws SQLException {
        StackRef first = ledger.due(tenant("t"));
        StackRef second = ledger.due(tenant("u"));
        ledger.update("update turn set turn_at = now() where tenant_id like ?", "%" + test);

        whileStacksAreLocked(first.tenantId(), () -> assertThat(claimed()).isEqualTo(second.key()));
    }

    @Test
    void whatHasNoRevisionLeavesTheQueue() {
        ledger.due(tenant("none"));
        ledger.update("delete from stack_revision where tenant_id = ?", tenant("none"));

        assertThat(claimed()).isEqualTo("nothing");
        assertThat(ledger.value("select count(*) from turn where queued")).isEqualTo(0L);
    }

    @Test
    void whatAPersonLetsGoOfIsClaimedAgain() {
        StackRef stack = ledger.due(tenant("locked"));
        ledger.update(
                "insert into state_lock values (?, 1, ?, 'lock', '{}', 'ann', now())",
                stack.tenantId(),
                stack.stack());
        assertThat(claimed()).isEqualTo("nothing");
        assertThat(ledger.value("select count(*) from turn where queued")).isEqualTo(0L);

        ledger.update("delete from state_lock where tenant_id = ?", stack.tenantId());

        assertThat(claimed()).isEqualTo(stack.key());
    }

    @Test
    void aNextTryIsInTheQueueWhenItsTimeHasComeAndNotBefore() {
        StackRef stack = ledger.due(tenant("again"));
        ledger.update(
                "update stack set not_before = now() + interval '1 hour' where tenant_id = ?",
                stack.tenantId());
        Ledger.await(nextTries::look);
        assertThat(claimed()).isEqualTo("nothing");
        assertThat(ledger.value("select count(*) from turn where queued")).isEqualTo(0L);

        // An hour later, as far as the row knows.
        ledger.update("alter table stack disable trigger user");
        ledger.update(
                "update stack set not_before = now() - interval '1 second' where tenant_id = ?",
                stack.tenantId());
        ledger.update("alter table stack enable trigger user");
        Ledger.await(nextTries::look);

        assertThat(claimed()).isEqualTo(stack.key());
    }

    private static <T> List<T> together(int claimers, Callable<T> claim) throws Exception {
        List<T> given = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(claimers)) {
            List<Callable<T>> all = new ArrayList<>();
            for (int i = 0; i < claimers; i++) {
                all.add(claim);
            }
            for (Future<T> one : threads.invokeAll(all)) {
                given.add(one.get());
            }
        }
        return given;
    }
}
