package io.leasehold.state.tfstate;

import static io.leasehold.state.tfstate.BackendStack.md5;
import static io.leasehold.state.tfstate.BackendStack.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs and people at one stack, request by request. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class BackendRunsIT {
    @Inject Ledger ledger;

    private BackendStack stack;

    @BeforeEach
    void aStackOfItsOwn() {
        stack = new BackendStack(ledger);
    }

    @Test
    void aRunWritesUnderItsLeaseAndMovesTheStacksVersion() {
        stack.manage("lease-1");

        Reply reply = stack.write("lease-1", state("lin", 1, "x"));

        assertThat(reply.status()).isEqualTo(204);
        assertThat(stack.versions()).containsExactly("RUN 1");
        assertThat(
                        stack.text(
                                "select state_version || ' ' || (select run_id from state_version v"
                                        + " where v.tenant_id = s.tenant_id) from stack s where tenant_id = ?"))
                .isEqualTo("1 run-1");
    }

    @Test
    void aWriteWithALeaseThatIsNoLongerTheStacksIsKeptAsAnOrphanAndNotServed() {
        stack.manage("lease-1");
        assertThat(stack.write("lease-1", state("lin", 1, "mine")).status()).isEqualTo(204);
        stack.takeOver("lease-2");

        Reply late = stack.write("lease-1", state("lin", 2, "late"));
        Reply again = stack.write("lease-1", state("lin", 2, "late"));
        Reply unnamed = stack.worker.send("POST", stack.path, state("lin", 3, "unnamed"));

        assertThat(late.status()).isEqualTo(409);
        assertThat(late.code()).isEqualTo("LEASE_LOST");
        assertThat(again.code()).isEqualTo("LEASE_LOST");
        assertThat(unnamed.code()).isEqualTo("LEASE_LOST");
        assertThat(stack.person.send("GET", stack.path, null).body())
                .isEqualTo(state("lin", 1, "mine"));
        assertThat(stack.versions()).containsExactly("RUN 1", "ORPHAN 2", "ORPHAN 3");
        assertThat(stack.text("select state_version from stack where tenant_id = ?"))
                .isEqualTo("1");
        assertThat(stack.write("lease-2", state("lin", 2, "next")).status()).isEqualTo(204);
        assertThat(stack.versions()).containsExactly("RUN 1", "ORPHAN 2", "ORPHAN 3", "RUN 2");
        Reply kept =
                stack.person.send(
                        "GET", "/v1/states/" + stack.tenant + "/1/network/versions/2", null);
        assertThat(kept.body()).isEqualTo(state("lin", 2, "late"));
    }

    @Test
    void aRunsStateOfAnotherLineageIsKeptAsAnOrphan() {
        stack.manage("lease-1");
        assertThat(stack.write("lease-1", state("lin", 1, "x")).status()).isEqualTo(204);

        Reply reply = stack.write("lease-1", state("other", 2, "x"));

        assertThat(reply.code()).isEqualTo("LINEAGE_MISMATCH");
        assertThat(stack.versions()).containsExactly("RUN 1", "ORPHAN 2");
    }

    @Test
    void aPersonFindsAStackHeldByARunAndIsToldByWhomWithoutTheLease() {
        stack.manage("lease-1");

        Reply locked = stack.tryLock("a");
        Reply forced = stack.person.send("UNLOCK", stack.path, "{\"ID\":\"run-1\"}");
        Reply written = stack.push("a", state("lin", 9, "x"));

        assertThat(locked.status()).isEqualTo(423);
        assertThat(locked.json().path("ID").asText()).isEqualTo("run-1");
        assertThat(locked.json().path("Who").asText()).contains("worker-7");
        assertThat(locked.body()).doesNotContain("lease-1");
        assertThat(forced.status()).isEqualTo(409);
        assertThat(written.code()).isEqualTo("LOCKED");
        assertThat(written.status()).isEqualTo(409);
    }

    @Test
    void aPersonsWriteOnAManagedStackAsksForAFreshLook() {
        stack.manage();
        stack.update("update stack set drift_checked_at = now() where tenant_id = ?");
        stack.lock("a");

        assertThat(stack.push("a", state("lin", 1, "x")).status()).isEqualTo(204);

        assertThat(stack.text("select drift_checked_at is null from stack where tenant_id = ?"))
                .isEqualTo("true");
        assertThat(stack.text("select state_version from stack where tenant_id = ?"))
                .isEqualTo("1");
        assertThat(stack.audited()).contains("lock-state", "write-state");
    }

    @Test
    void writesAtOnceAllEndAndTheHighestSerialIsServed() {
        stack.manage("lease-1");
        List<CompletableFuture<Reply>> all = new ArrayList<>();
        for (int serial = 1; serial <= 20; serial++) {
            String state = state("lin", serial, "x");
            all.add(
                    stack.worker.begin(
                            "POST",
                            stack.path,
                            state,
                            "Leasehold-Lease",
                            "lease-1",
                            "Content-MD5",
                            md5(state)));
        }

        List<Integer> statuses = all.stream().map(each -> each.join().status()).toList();

        assertThat(statuses).allMatch(status -> status == 204 || status == 409);
        assertThat(stack.person.send("GET", stack.path, null).body())
                .isEqualTo(state("lin", 20, "x"));
        assertThat(stack.versions()).hasSize(20);
    }

    /** What a person's state names is there: a delete must not take the stack for never built. */
    @Test
    void aPersonsWriteOnAManagedStackCountsAsAnApplyThatWasBegun() {
        stack.manage();
        assertThat(begun()).isEqualTo("false");
        stack.lock("a");

        assertThat(stack.push("a", state("lin", 1, "x")).status()).isEqualTo(204);

        assertThat(begun()).isEqualTo("true");
    }

    private String begun() {
        return stack.text("select apply_started from stack where tenant_id = ?");
    }

    @Test
    void aWorkersWriteWithoutALeaseOnAStackThatNobodyKnowsIsKeptAndServedToNobody() {
        Reply reply = stack.worker.send("POST", stack.path, state("lin", 1, "x"));

        assertThat(reply.code()).isEqualTo("LEASE_LOST");
        assertThat(stack.versions()).containsExactly("ORPHAN 1");
        assertThat(stack.get().status()).isEqualTo(204);
    }

    @Test
    void theLeaseOfAnotherStackWritesNothingHere() {
        BackendStack other = new BackendStack(ledger);
        other.manage("lease-other");
        stack.manage("lease-1");

        assertThat(stack.write("lease-other", state("lin", 1, "x")).code()).isEqualTo("LEASE_LOST");
        assertThat(stack.get().status()).isEqualTo(204);
        assertThat(other.get().status()).isEqualTo(204);
    }
}
