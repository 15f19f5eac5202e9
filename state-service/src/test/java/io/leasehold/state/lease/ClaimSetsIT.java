package io.leasehold.state.lease;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agroal.api.AgroalDataSource;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.SqlStatements;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.Sealers;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What requests get that go together, and what they must not do to each other. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class ClaimSetsIT {
    private static final Duration SOON = Duration.ofSeconds(10);

    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject Claims claims;
    @Inject ClaimSets sets;
    @Inject AgroalDataSource database;
    @Inject Vertx vertx;
    @Inject Sealers keys;

    private final String test = UUID.randomUUID().toString();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeEach
    void aQuietLedgerAndOneWorker() {
        worker.beginsWithNothingDue();
    }

    @AfterEach
    void withoutCaps() {
        threads.shutdownNow();
        ledger.update("delete from cap");
        ledger.takesChanges("run");
    }

    private StackRef due(String name) {
        return ledger.due(name + "-" + test);
    }

    private void cap(String name, int most, String tenants) {
        ledger.update(
                "insert into cap (name, most, tenants, set_by, set_at) values (?, ?, ?, 'ann', now())",
                name,
                most,
                tenants + "-" + test);
    }

    private static ClaimRequest request(String boot, String id) {
        return new ClaimRequest("w1", boot, id, Lane.LIFECYCLE, 0);
    }

    private static ClaimRequest request() {
        return request("boot-1", UUID.randomUUID().toString());
    }

    private static List<ClaimRequest> requests(int count) {
        return IntStream.range(0, count).mapToObj(_ -> request()).toList();
    }

    private CompletableFuture<Optional<Claim>> asked(ClaimRequest request) {
        return CompletableFuture.supplyAsync(
                () -> Ledger.await(() -> claims.claim(request)), threads);
    }

    private HeldSet aSetAtWork(String... otherLocks) throws Exception {
        cap("gate", 100, "gate");
        due("gate");
        ledger.update("update turn set turn_at = '-infinity' where tenant_id = ?", "gate-" + test);
        return HeldSet.begin(ledger, database, () -> asked(request()), otherLocks);
    }

    private void awaitWaiting(int count) throws Exception {
        eventually(SOON, () -> assertThat(sets.waiting()).isEqualTo(count));
    }

    /** These ask one after the other while a set is at work, so they go together into the next. */
    private List<CompletableFuture<Optional<Claim>>> together(List<ClaimRequest> requests)
            throws Exception {
        List<CompletableFuture<Optional<Claim>>> answers = new ArrayList<>();
        try (HeldSet _ = aSetAtWork()) {
            for (ClaimRequest request : requests) {
                answers.add(asked(request));
                awaitWaiting(answers.size());
            }
        }
        return answers;
    }

    private static List<Optional<Claim>> all(List<CompletableFuture<Optional<Claim>>> answers)
            throws InterruptedException, ExecutionException {
        List<Optional<Claim>> all = new ArrayList<>();
        for (CompletableFuture<Optional<Claim>> answer : answers) {
            all.add(answer.get());
        }
        return all;
    }

    private static List<String> tenants(List<Optional<Claim>> claims) {
        return claims.stream()
                .flatMap(Optional::stream)
                .map(each -> each.stack().tenantId())
                .toList();
    }

    @Test
    void requestsThatWaitTogetherAreAnsweredWithTheStatementsOfOne() throws Exception {
        List<StackRef> stacks = IntStream.range(0, 8).mapToObj(i -> due("t" + i)).toList();
        List<Optional<Claim>> given;
        long writes;
        try (SqlStatements statements = SqlStatements.watch()) {
            given = all(together(requests(8)));
            writes =
                    statements.seen().stream()
                            .filter(sql -> sql.contains("insert into run"))
                            .count();
        }

        assertThat(given.stream().map(each -> each.orElseThrow().stack()))
                .containsExactlyElementsOf(stacks);
        assertThat(given.stream().map(each -> each.orElseThrow().credential()))
                .doesNotHaveDuplicates()
                .doesNotContainNull();
        assertThat(given.stream().map(each -> TestWorker.lease(each.orElseThrow())))
                .doesNotHaveDuplicates();
        assertThat(writes).as("with that of the set before").isEqualTo(2);
        assertThat(stacks)
                .allSatisfy(stack ->
                        assertThat(ledger.phases(stack.tenantId())).containsExactly("started"));
    }

    @Test
    void moreThanASetHasRoomForGoIntoTheNextOnes() throws Exception {
        int count = 2 * ClaimSets.TOGETHER + 3;
        for (int i = 0; i < count; i++) {
            due("t" + i);
        }

        List<CompletableFuture<Optional<Claim>>> answers;
        try (HeldSet _ = aSetAtWork()) {
            answers = requests(count).stream().map(this::asked).toList();
            awaitWaiting(count);
        }

        assertThat(tenants(all(answers))).hasSize(count).doesNotHaveDuplicates();
    }

    @Test
    void aLifeIsServedTwiceOnlyAfterEveryLifeWasServedOnce() throws Exception {
        cap("wide", 100, "big");
        ledger.update("update cap set stack = 's1' where name = 'wide'");
        String big = "big-" + test;
        ledger.life(big, 1);
        for (int i = 0; i < 5; i++) {
            ledger.stack(big, "s" + i);
        }
        due("b");
        due("c");

        List<Optional<Claim>> given = all(together(requests(9)));

        assertThat(given.subList(0, 3).stream().map(each -> each.orElseThrow().stack().key()))
                .containsExactly(
                        big + "/1/s0", "b-" + test + "/1/database", "c-" + test + "/1/database");
        assertThat(
                        given.subList(3, 9).stream()
                                .flatMap(Optional::stream)
                                .map(each -> each.stack().stack()))
                .containsExactlyInAnyOrder("s1", "s2", "s3", "s4");
        assertThat(
                        ledger.column(
                                "select tenant_id from turn where tenant_id like '%"
                                        + test
                                        + "' and tenant_id not like 'gate%'"
                                        + " group by tenant_id order by max(turn_at)"))
                .as("who was served last is behind all others")
                .containsExactly("b-" + test, "c-" + test, big);
    }

    @Test
    void aSetTakesNoMoreUnderACapThanIsLeft() throws Exception {
        cap("cloud", 2, "t*");
        for (int i = 0; i < 16; i++) {
            due("t" + i);
        }
        due("free");

        assertThat(tenants(all(together(requests(16)))))
                .containsExactly("t0-" + test, "t1-" + test, "free-" + test);

        ledger.update(
                "update stack set lease_id = null, due = false where tenant_id = ?", "t0-" + test);
        assertThat(tenants(all(List.of(asked(request()), asked(request()))))).hasSize(1);
    }

    @Test
    void stacksUnderSeveralCapsTakeNoMoreThanIsLeftUnderEach() throws Exception {
        cap("all", 5, "t*");
        cap("ones", 2, "t1*");
        for (int i = 0; i < 4; i++) {
            due("t1" + i);
            due("t2" + i);
        }

        assertThat(tenants(all(together(requests(16)))))
                .hasSize(5)
                .filteredOn(tenant -> tenant.startsWith("t1"))
                .hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void aLostAnswerIsGivenAgainBesideNewOnesAndTheSameRequestTwiceGetsOneRun() throws Exception {
        due("lost");
        ClaimRequest lost = request();
        Claim before = asked(lost).get().orElseThrow();
        due("t0");
        due("t1");
        ClaimRequest twice = request();

        List<Optional<Claim>> given = all(together(List.of(twice, lost, twice)));

        assertThat(given.get(1).orElseThrow().runId()).isEqualTo(before.runId());
        assertThat(given.get(1).orElseThrow().credential()).isNotEqualTo(before.credential());
        assertThat(given.get(2).orElseThrow().runId())
                .isEqualTo(given.get(0).orElseThrow().runId());
        assertThat(ledger.of(new StackRef("t1-" + test, 1, "database"), "lease_id"))
                .isEqualTo("null");
    }

    @Test
    void whoIsNotTheBearerOfItsNameIsRefusedAlone() throws Exception {
        due("t0");
        due("t1");

        List<CompletableFuture<Optional<Claim>>> answers =
                together(List.of(request(), request("boot-0", "r"), request()));

        assertThat(answers.get(0).get()).isPresent();
        assertThatThrownBy(() -> answers.get(1).get())
                .hasMessageContaining("Another process registered under this name");
        assertThat(answers.get(2).get()).isPresent();
    }

    @Test
    void whatCannotBeOpenedIsPutOffAndItsSetGetsWhatCan() throws Exception {
        due("t0");
        StackRef damaged = due("damaged");
        StackRef unwrapped = due("unwrapped");
        due("t1");
        due("t2");
        ledger.update(
                "update stack_revision set inputs = 'damaged' where tenant_id = ?",
                damaged.tenantId());
        String owner = KeyOwner.of(unwrapped).name();
        ledger.update("update data_key set wrapped = 'x' || wrapped where owner = ?", owner);
        keys.forget(KeyOwner.of(unwrapped));

        assertThat(tenants(all(together(requests(3)))))
                .containsExactlyInAnyOrder("t0-" + test, "t1-" + test, "t2-" + test);
        // Other tests wait until every key of this database is wrapped anew.
        ledger.update("update data_key set wrapped = substr(wrapped, 2) where owner = ?", owner);

        for (StackRef stack : List.of(damaged, unwrapped)) {
            assertThat(String.valueOf(ledger.of(stack, "waiting_reason")))
                    .startsWith("its inputs cannot be opened");
        }
    }

    @Test
    void aSetThatFailsIsServedOneByOneAndOnlyTheOneAtFaultIsTold() throws Exception {
        due("t0");
        due("t1");
        due("broken");
        ledger.refusesNew("run", "new.tenant_id = 'broken-%s'".formatted(test));

        List<CompletableFuture<Optional<Claim>>> answers = together(requests(3));

        assertThat(tenants(all(answers.subList(0, 2)))).containsExactly("t0-" + test, "t1-" + test);
        assertThatThrownBy(() -> answers.get(2).get()).hasMessageContaining("this row is broken");
        ledger.takesChanges("run");
        assertThat(asked(request()).get().orElseThrow().stack().tenantId())
                .isEqualTo("broken-" + test);
    }

    /** As a client does that closes its connection when the cancellable is used. */
    private Cancellable asks(ClaimRequest request) {
        CompletableFuture<Cancellable> begun = new CompletableFuture<>();
        Context own = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
        VertxContextSafetyToggle.setContextSafe(Objects.requireNonNull(own), true);
        own.runOnContext(
                _ -> begun.complete(claims.claim(request).subscribe().with(_ -> {}, _ -> {})));
        return begun.join();
    }

    @Test
    void whoHangsUpBeforeItsSetBeginsIsGivenNothing() throws Exception {
        StackRef stack = due("t0");
        try (HeldSet _ = aSetAtWork()) {
            Cancellable gone = asks(request());
            awaitWaiting(1);
            gone.cancel();
            awaitWaiting(0);
        }

        assertThat(ledger.of(stack, "lease_id")).isEqualTo("null");
        assertThat(asked(request()).get().orElseThrow().stack()).isEqualTo(stack);
    }

    @Test
    void whoHangsUpWhileItsSetIsAtWorkTakesNothingFromTheOthersAndMayAskAgain() throws Exception {
        cap("second", 100, "t0");
        StackRef first = due("t0");
        StackRef other = due("t1");
        ClaimRequest gone = request();
        try (HeldSet gate = aSetAtWork("second")) {
            Cancellable client = asks(gone);
            awaitWaiting(1);
            CompletableFuture<Optional<Claim>> answer = asked(request());
            awaitWaiting(2);
            gate.opens();
            gate.awaitNext();
            client.cancel();
            gate.letsAllGo();
            assertThat(answer.get().orElseThrow().stack()).isEqualTo(other);
        }

        assertThat(asked(gone).get().orElseThrow().stack()).isEqualTo(first);
    }
}
