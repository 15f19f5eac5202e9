package io.leasehold.state.tfstate;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two at one stack, and tofus that are stopped in the middle: what a person then finds, and does.
 */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class TofuLocksIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String HELD_APPLY = "apply -auto-approve -var hold=go";
    private static final Pattern LOCK_ID = Pattern.compile("ID: +(\\S+)");

    @TempDir Path folder;
    @Inject Ledger ledger;

    private BackendStack stack;
    private Tofu tofu;

    @BeforeEach
    void initialise() throws Exception {
        stack = new BackendStack(ledger);
        tofu = new Tofu(folder, stack.person.base() + stack.path);
        tofu.module(Tofu.MODULE);
        tofu.run("init").succeeded();
    }

    @Test
    void whoFindsTheStackHeldIsToldByWhomAndFreesItWithTheIdThatIsShown() throws Exception {
        String id = UUID.randomUUID().toString();
        stack.lock(id);

        Tofu.Ended refused = tofu.run("plan").failed();

        assertThat(refused.output()).contains("me@here", id, "OperationTypeApply");
        tofu.run("force-unlock -force " + UUID.randomUUID()).failed();
        tofu.run("force-unlock -force " + shown(refused)).succeeded();
        tofu.run("plan").succeeded();
    }

    @Test
    void whoHasTimeWaitsForTheHolderAndThenGoesOn() throws Exception {
        stack.lock("a");
        Tofu.Running waiting = tofu.start("plan -lock-timeout=60s");
        waiting.says("Acquiring state lock");

        assertThat(stack.unlock("a").status()).isEqualTo(200);

        waiting.end().succeeded();
    }

    @Test
    void whoseTimeIsOverIsToldWhoHoldsIt() throws Exception {
        stack.lock("a");

        Tofu.Ended ended = tofu.run("plan -lock-timeout=1s").failed();

        assertThat(ended.output()).contains("me@here");
    }

    @Test
    void aStackThatARunHoldsShowsTheRunAndCannotBeFreedByForce() throws Exception {
        stack.manage("lease-1");

        Tofu.Ended refused = tofu.run("plan").failed();

        assertThat(refused.output()).contains("worker-7", "run-1").doesNotContain("lease-1");
        tofu.run("force-unlock -force run-1").failed();
        tofu.run("plan -lock=false").succeeded();
    }

    @Test
    void ofTwoAppliesAtOnceOneWaitsForTheOtherAndBothAreStored() throws Exception {
        Tofu.Running slow = tofu.start(HELD_APPLY);
        begun();
        Tofu.Running other = tofu.start("apply -auto-approve -lock-timeout=60s -var word=two");
        other.says("Acquiring state lock");

        Files.createFile(folder.resolve("go"));

        slow.end().succeeded();
        other.end().succeeded();
        assertThat(stack.versions()).containsExactly("PERSON 1", "PERSON 2");
        assertThat(tofu.run("output -raw word").output()).isEqualTo("two");
        assertThat(held()).isEqualTo("null");
    }

    /** Tofu saves what it has, lets go of the lock, and the next apply goes on from there. */
    @Test
    void anApplyThatIsTerminatedLeavesItsStateAndNoLock() throws Exception {
        Tofu.Running apply = tofu.start(HELD_APPLY);
        begun();

        apply.terminate();

        assertThat(apply.end().failed().output()).contains("Interrupt received");
        assertThat(held()).isEqualTo("null");
        assertThat(tofu.run("state list").output()).contains("terraform_data.first");
        tofu.run("apply -auto-approve").succeeded();
        assertThat(tofu.run("output -raw word").output()).isEqualTo("one");
    }

    /** A lock stays, and nothing was saved: the person frees it by its id and applies again. */
    @Test
    void anApplyThatIsKilledLeavesItsLockWhichIsFreedByItsId() throws Exception {
        Tofu.Running apply = tofu.start(HELD_APPLY);
        begun();

        apply.kill();
        apply.end();

        assertThat(stack.versions()).isEmpty();
        Tofu.Ended refused = tofu.run("plan").failed();
        assertThat(refused.output()).contains("OperationTypeApply");
        assertThat(stack.audited()).isEqualTo("lock-state");
        tofu.run("force-unlock -force " + shown(refused)).succeeded();
        tofu.run("apply -auto-approve").succeeded();
        assertThat(stack.audited()).contains("force-unlock-state");
    }

    /** Somebody freed the lock under a running apply: its state is refused, and kept by tofu. */
    @Test
    void anApplyWhoseLockWasFreedByForceKeepsItsStateInAFileThatCanBePushed() throws Exception {
        Tofu.Running apply = tofu.start(HELD_APPLY);
        begun();
        Tofu.Ended refused = tofu.run("plan").failed();
        tofu.run("force-unlock -force " + shown(refused)).succeeded();
        stack.lock("another");

        Files.createFile(folder.resolve("go"));

        assertThat(apply.end().failed().output()).contains("errored.tfstate", "409");
        assertThat(stack.versions()).isEmpty();
        assertThat(held()).isEqualTo("another");
        assertThat(stack.unlock("another").status()).isEqualTo(200);
        tofu.run("state push errored.tfstate").succeeded();
        assertThat(tofu.run("plan -detailed-exitcode").exit()).isZero();
    }

    /** A write needs a lock; what was applied without one is not lost all the same. */
    @Test
    void anApplyWithoutALockIsRefusedAndKeepsItsStateInAFileThatCanBePushed() throws Exception {
        Tofu.Ended ended = tofu.run("apply -auto-approve -lock=false").failed();

        assertThat(ended.output()).contains("errored.tfstate", "409");
        assertThat(stack.versions()).isEmpty();
        tofu.run("state push errored.tfstate").succeeded();
        assertThat(tofu.run("plan -detailed-exitcode").exit()).isZero();
    }

    // ── what the tests say ──────────────────────────────────────────────────────────────────────

    /** The held apply has the lock and is in the middle of its work. */
    private void begun() throws Exception {
        eventually(PATIENCE, () -> assertThat(folder.resolve("begun")).exists());
    }

    private static String shown(Tofu.Ended refused) {
        Matcher id = LOCK_ID.matcher(refused.output());
        assertThat(id.find()).as(refused.output()).isTrue();
        return id.group(1);
    }

    private String held() {
        return stack.text("select lock_id from state_lock where tenant_id = ?");
    }
}
