package io.leasehold.state.tfstate;

import static io.leasehold.state.tfstate.BackendStack.lockInfo;
import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** People lock and unlock, request by request. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class BackendLocksIT {
    @Inject Ledger ledger;
    @Inject DataSource database;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private BackendStack stack;

    @BeforeEach
    void aStackOfItsOwn() {
        stack = new BackendStack(ledger);
    }

    @Test
    void theSecondLockIsRefusedWithTheWholeDocumentOfTheFirst() {
        stack.lock("a");

        Reply refused = stack.tryLock("b");

        assertThat(refused.status()).isEqualTo(423);
        assertThat(refused.json().path("ID").asText()).isEqualTo("a");
        assertThat(refused.json().path("Who").asText()).isEqualTo("me@here");
        assertThat(refused.json().path("Operation").asText()).isEqualTo("OperationTypeApply");
        assertThat(refused.json().path("Created").asText())
                .isEqualTo("2026-01-01T00:00:00.123456789Z");
    }

    @Test
    void aLockThatIsSentAgainByItsHolderIsGrantedAgain() {
        stack.lock("a");

        assertThat(stack.tryLock("a").status()).isEqualTo(200);
    }

    @Test
    void fiftyLocksAtOnceGiveExactlyOneHolder() {
        List<CompletableFuture<Reply>> all =
                IntStream.range(0, 50)
                        .mapToObj(i -> stack.person.begin("LOCK", stack.path, lockInfo("id-" + i)))
                        .toList();

        List<Integer> statuses = all.stream().map(each -> each.join().status()).sorted().toList();

        assertThat(statuses).hasSize(50);
        assertThat(statuses.stream().filter(status -> status == 200)).hasSize(1);
        assertThat(statuses.stream().filter(status -> status == 423)).hasSize(49);
    }

    @Test
    void unlockFreesByIdAndIsIdempotent() {
        stack.lock("a");

        assertThat(stack.unlock("a").status()).isEqualTo(200);
        assertThat(stack.unlock("a").status()).isEqualTo(200);
        assertThat(stack.tryLock("b").status()).isEqualTo(200);
    }

    @Test
    void forceUnlockNeedsNothingButTheId() {
        stack.lock("a");

        Reply reply =
                stack.person.send(
                        "UNLOCK",
                        stack.path,
                        "{\"ID\":\"a\",\"Operation\":\"\",\"Info\":\"\",\"Who\":\"\",\"Version\":\"\","
                                + "\"Created\":\"0001-01-01T00:00:00Z\",\"Path\":\"\"}");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(stack.tryLock("b").status()).isEqualTo(200);
        assertThat(stack.audited()).contains("force-unlock-state");
    }

    @Test
    void unlockByAnotherIdIsRefusedAndSaysWhoHoldsIt() {
        stack.lock("a");

        Reply reply = stack.unlock("b");

        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.json().path("ID").asText()).isEqualTo("a");
        assertThat(stack.tryLock("c").status()).isEqualTo(423);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{}", "{\"ID\":\"\"}", "[]", "\"a\"", "{\"ID\":null}", "x"})
    void anUnlockWithoutAnIdFreesNoLock(String body) {
        stack.lock("a");

        assertThat(stack.person.send("UNLOCK", stack.path, body.isEmpty() ? null : body).status())
                .isEqualTo(400);
        assertThat(stack.tryLock("b").status()).isEqualTo(423);
    }

    /** Tofu goes on waiting only for a holder with an id; others are shown as they are. */
    @Test
    void theHolderIsShownWithEveryFieldThatTofuPrints() {
        stack.lock("a");

        JsonNode holder = stack.tryLock("b").json();

        assertThat(stack.unlock("b").json()).isEqualTo(holder);
        assertThat(holder.properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder(
                        "ID", "Operation", "Info", "Who", "Version", "Created", "Path");
    }

    @Test
    void anUnlockThatComesLateDoesNotFreeTheNextHolder() {
        stack.lock("a");
        assertThat(stack.unlock("a").status()).isEqualTo(200);
        stack.lock("b");

        assertThat(stack.unlock("a").status()).isEqualTo(409);
        assertThat(stack.tryLock("c").json().path("ID").asText()).isEqualTo("b");
    }

    @Test
    void locksAtOnceAndUnlocksAtOnceNeverLetTwoIn() {
        AtomicInteger inside = new AtomicInteger();
        List<CompletableFuture<Integer>> all =
                IntStream.range(0, 20)
                        .mapToObj(i ->
                                CompletableFuture.supplyAsync(
                                        () -> holdOnce("id-" + i, inside), threads))
                        .toList();

        assertThat(all.stream().map(CompletableFuture::join)).hasSize(20).containsOnly(1);
        assertThat(
                        ledger.column(
                                "select lock_id from state_lock where tenant_id = ?", stack.tenant))
                .isEmpty();
    }

    /** Tries until it is the holder; how many were inside then. */
    private int holdOnce(String id, AtomicInteger inside) {
        while (stack.tryLock(id).status() != 200) {
            Thread.onSpinWait();
        }
        int here = inside.incrementAndGet();
        inside.decrementAndGet();
        assertThat(stack.unlock(id).status()).isEqualTo(200);
        return here;
    }

    /**
     * A lock that waited while its stack was given a row, and a run by that row, comes too late.
     */
    @Test
    void aLockAskedForWhileTheStackBecomesManagedAndIsClaimedIsRefused() throws Exception {
        CompletableFuture<Reply> asked;
        try (Connection planner = database.getConnection()) {
            planner.setAutoCommit(false);
            try (PreparedStatement name =
                    planner.prepareStatement(
                            "select pg_advisory_xact_lock(hashtextextended(?, 0))")) {
                name.setString(1, "stack:" + stack.tenant + "/1/network");
                name.execute();
            }
            asked = stack.person.begin("LOCK", stack.path, lockInfo("a"));
            eventually(
                    Duration.ofSeconds(10),
                    () ->
                            assertThat(
                                            ledger.column(
                                                    "select 1 from pg_locks where locktype ="
                                                            + " 'advisory' and not granted"))
                                    .isNotEmpty());
            stack.manage("lease-1");
            planner.commit();
        }

        assertThat(asked.join().status()).isEqualTo(423);
        assertThat(asked.join().json().path("ID").asText()).isEqualTo("run-1");
    }
}
