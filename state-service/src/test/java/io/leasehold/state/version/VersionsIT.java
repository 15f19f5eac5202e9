package io.leasehold.state.version;

import static io.leasehold.state.TestStack.state;
import static io.leasehold.state.TestStack.thing;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestStack;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions as people look into them, go back to them, hide them and bring them back. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class VersionsIT {
    private static final String SECRET = "canary-3b1c";
    private static final String ONE = state("lin", 3, thing("a", "{\"input\":\"one\"}"));
    private static final String TWO =
            state(
                    "lin",
                    4,
                    thing("a", "{\"input\":\"" + SECRET + "\"}"),
                    thing("b", "{\"input\":\"b\"}"));

    @Inject Ledger ledger;
    @Inject TestWorker worker;

    private final StackRef ref = new StackRef("v-" + UUID.randomUUID(), 1, "database");
    private final TestStack stack = new TestStack(ref);

    @BeforeEach
    void nothingIsDue() {
        worker.beginsWithNothingDue();
    }

    @Test
    void aVersionIsShownWithWhatIsInItAndWithoutAValue() {
        stack.has(ONE, TWO);

        JsonNode current = stack.asks("summary").json();
        JsonNode first = stack.asks("summary?version=1").json();

        assertThat(current.path("current").asBoolean()).isTrue();
        assertThat(current.path("version").path("version").asLong()).isEqualTo(2);
        assertThat(current.path("version").path("writtenBy").asText()).isEqualTo("the-operator");
        assertThat(current.path("version").path("bytes").asLong()).isEqualTo(TWO.length());
        assertThat(current.path("resources").valueStream().map(JsonNode::asText))
                .containsExactly("terraform_data.a", "terraform_data.b");
        assertThat(first.path("current").asBoolean()).isFalse();
        assertThat(first.path("resourceCount").asLong()).isEqualTo(1);
        assertThat(current.toString()).doesNotContain(SECRET);
        assertThat(stack.asks("summary?version=3").code()).isEqualTo("STATE_UNKNOWN");
    }

    @Test
    void twoVersionsAreComparedByAddressAndPath() {
        stack.has(ONE, TWO);

        Reply diff = stack.asks("diff?from=1");

        assertThat(diff.json().path("added").path(0).asText()).isEqualTo("terraform_data.b");
        assertThat(diff.json().path("changed").path(0).path("address").asText())
                .isEqualTo("terraform_data.a");
        assertThat(diff.body()).contains("\"path\":\"input\"").doesNotContain(SECRET, "one");
        assertThat(stack.asks("diff?from=2&to=1").json().path("removed")).hasSize(1);
        assertThat(stack.asks("diff?from=2&to=9").code()).isEqualTo("STATE_UNKNOWN");
    }

    @Test
    void aRollbackSaysFirstWhatItWouldChangeAndDoesNothing() {
        stack.has(ONE, TWO);

        JsonNode said = stack.does("rollback", "{'version':1,'execute':false}").json();

        assertThat(said.path("executed").asBoolean()).isFalse();
        assertThat(said.path("what").asText()).contains("serial 5", "the-operator");
        assertThat(said.path("diff").path("removed").path(0).asText())
                .isEqualTo("terraform_data.b");
        assertThat(stack.served()).isEqualTo(TWO);
        assertThat(stack.versions()).hasSize(2);
    }

    @Test
    void aRollbackIsANewVersionWithAnUnusedSerialByAPersonForAReason() {
        stack.has(ONE, TWO);
        assertThat(stack.writes("gone", state("lin", 9)).code()).isEqualTo("LEASE_LOST");

        JsonNode done = rollBack(1);

        assertThat(done.path("version").asLong()).isEqualTo(4);
        assertThat(stack.served()).isEqualTo(ONE.replace("\"serial\":3", "\"serial\":10"));
        JsonNode newest = stack.versions().getFirst();
        assertThat(newest.path("kind").asText()).isEqualTo("ROLLBACK");
        assertThat(newest.path("copyOf").asLong()).isEqualTo(1);
        assertThat(newest.path("lineage").asText()).isEqualTo("lin");
        assertThat(newest.path("writtenBy").asText()).isEqualTo("the-operator");
        assertThat(newest.path("reason").asText()).isEqualTo("the last apply was wrong");
        assertThat(TestStack.audited(ledger, ref))
                .endsWith("roll-back-state: the last apply was wrong");
        // tofu goes on from there.
        stack.has(state("lin", 11));
    }

    @Test
    void aRollbackThatForgetsManagedThingsIsDoneOnlyWhenTheirNumberIsRepeated() {
        stack.has(ONE, TWO);
        String forgets =
                "Managed things that would no longer be in the state: 1 (terraform_data.b).";
        assertThat(
                        stack.does("rollback", "{'version':1,'execute':false}")
                                .json()
                                .path("what")
                                .asText())
                .contains(forgets);

        for (String said : List.of("", ",'evenThoughItForgets':2")) {
            Reply refused =
                    stack.does(
                            "rollback", "{'version':1,'execute':true,'reason':'why'" + said + "}");

            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.code()).isEqualTo("STATE_FORGETS");
            assertThat(refused.json().path("detail").asText())
                    .contains(forgets, "--even-though-it-forgets 1");
        }
        assertThat(stack.served()).isEqualTo(TWO);

        assertThat(rollBack(1).path("what").asText())
                .contains("are no longer in the state: 1 (terraform_data.b)");
        // The other way nothing is forgotten.
        assertThat(stack.does("rollback", "{'version':2,'execute':true,'reason':'why'}").status())
                .isEqualTo(200);
    }

    @Test
    void thereIsNoRollbackBeyondTheLastSerial() {
        stack.has(ONE, state("lin", Long.MAX_VALUE));

        for (boolean execute : new boolean[] {false, true}) {
            Reply refused =
                    stack.does(
                            "rollback",
                            "{'version':1,'execute':%s,'reason':'to go back'}".formatted(execute));
            assertThat(refused.status()).as(refused.body()).isEqualTo(409);
            assertThat(refused.code()).isEqualTo("SERIAL_EXHAUSTED");
        }
        assertThat(stack.versions()).hasSize(2);
    }

    @Test
    void aStackThatIsHeldIsNotRolledBackAndTheHolderIsNamed() {
        stack.has(ONE, TWO);
        assertThat(stack.lock("mine").status()).isEqualTo(200);

        for (boolean execute : new boolean[] {false, true}) {
            Reply refused =
                    stack.does(
                            "rollback",
                            "{'version':1,'execute':" + execute + ",'reason':'because'}");

            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.code()).isEqualTo("LOCKED");
            assertThat(refused.json().path("detail").asText()).contains("the-operator", "mine");
        }
        assertThat(stack.served()).isEqualTo(TWO);
    }

    @Test
    void aManagedStackTakesAFreshLookAfterARollbackAndPlansBeforeItApplies() {
        StackRef managed = ledger.due("m-" + UUID.randomUUID());
        TestStack its = new TestStack(managed);
        Claim first = worker.mustClaim();
        worker.beats(first, RunPhase.APPLYING);
        worker.writesState(first, 2, "db");
        assertThat(its.does("rollback", "{'version':1,'execute':true,'reason':'no'}").code())
                .isEqualTo("REASON_MISSING");
        assertThat(its.does("rollback", "{'version':1,'execute':true,'reason':'why'}").code())
                .isEqualTo("LOCKED");
        worker.succeeds(first);
        assertThat(worker.claimCheck()).isEmpty();

        assertThat(its.does("rollback", "{'version':1,'execute':true,'reason':'why'}").status())
                .isEqualTo(200);

        Claim check = worker.claimCheck().orElseThrow();
        assertThat(check.kind()).isEqualTo(RunKind.DRIFT);
        assertThat(check.stateVersion()).isEqualTo(3);
        ledger.newer(managed, 2, true);
        Claim next = worker.mustClaim();
        assertThat(next.direct()).isFalse();
        assertThat(next.stateVersion()).isEqualTo(3);
    }

    @Test
    void aStateThatTofuEncryptedItselfIsNotRolledBack() {
        String encrypted = "{\"serial\":%d,\"lineage\":\"l\",\"encrypted_data\":\"c2VjcmV0\"}";
        stack.has(encrypted.formatted(1), encrypted.formatted(2));

        assertThat(stack.does("rollback", "{'version':1,'execute':true,'reason':'because'}").code())
                .isEqualTo("STATE_ENCRYPTED");
        assertThat(stack.asks("summary").json().path("readable").asBoolean(true)).isFalse();
        assertThat(stack.versions()).hasSize(2);
    }

    @Test
    void aDeletedVersionIsHiddenUntilItIsBroughtBack() {
        stack.has(ONE, TWO);

        assertThat(stack.does("delete", "{'version':2,'reason':'typo'}").code())
                .isEqualTo("STATE_CURRENT");
        assertThat(stack.does("delete", "{'version':1,'reason':'typo'}").status()).isEqualTo(200);

        assertThat(stack.versions()).hasSize(1);
        assertThat(stack.asks("summary?version=1").code()).isEqualTo("STATE_UNKNOWN");
        assertThat(stack.asks("diff?from=1").code()).isEqualTo("STATE_UNKNOWN");
        assertThat(download(1).code()).isEqualTo("STATE_UNKNOWN");
        assertThat(stack.does("rollback", "{'version':1,'execute':false}").code())
                .isEqualTo("STATE_UNKNOWN");
        JsonNode hidden =
                stack.asks("versions?deleted=true").json().path("items").path(1).path("deleted");
        assertThat(hidden.path("by").asText()).isEqualTo("the-operator");
        assertThat(hidden.path("reason").asText()).isEqualTo("typo");

        assertThat(stack.does("undelete", "{'version':1,'reason':'was right'}").status())
                .isEqualTo(200);
        assertThat(download(1).body()).isEqualTo(ONE);
        assertThat(stack.does("undelete", "{'version':1,'reason':'was right'}").code())
                .isEqualTo("STATE_UNKNOWN");
        assertThat(TestStack.audited(ledger, ref))
                .endsWith("delete-state: typo", "undelete-state: was right");
    }

    @Test
    void aWholeStateIsHiddenAndBroughtBackByteForByte() {
        stack.has(ONE, TWO);

        JsonNode deleted = stack.does("delete", "{'reason':'wrong stack'}").json();
        assertThat(deleted.path("version").asLong()).isZero();
        assertThat(deleted.path("what").asText()).contains("2 versions", "undelete");
        assertThat(stack.served()).isEmpty();
        assertThat(stack.versions()).isEmpty();

        JsonNode back = stack.does("undelete", "{'reason':'right stack'}").json();
        assertThat(back.path("version").asLong()).isEqualTo(2);
        assertThat(stack.served()).isEqualTo(TWO);
    }

    @Test
    void whatWasWrittenAfterADeleteStaysTheCurrentOneAndNoNumberComesTwice() {
        stack.has(ONE, TWO);
        stack.does("delete", "{'reason':'begin anew'}");
        stack.has(state("new", 1));

        assertThat(stack.versions().getFirst().path("version").asLong()).isEqualTo(3);
        JsonNode back = stack.does("undelete", "{'reason':'to compare'}").json();

        assertThat(back.path("version").asLong()).isEqualTo(3);
        assertThat(stack.served()).isEqualTo(state("new", 1));
        assertThat(stack.does("rollback", "{'version':2,'execute':false}").code())
                .isEqualTo("LINEAGE_MISMATCH");
    }

    @Test
    void theStateOfAStackWithLiveThingsIsHiddenOnlyWhenItIsSaidTwice() {
        StackRef managed = ledger.due("m-" + UUID.randomUUID());
        TestStack its = new TestStack(managed);
        Claim run = worker.mustClaim();
        worker.beats(run, RunPhase.APPLYING);
        worker.writesState(run, 2, "db");
        worker.succeeds(run);

        assertThat(its.does("delete", "{'version':2,'reason':'why'}").code())
                .isEqualTo("STATE_CURRENT");
        assertThat(its.does("delete", "{'reason':'why'}").code()).isEqualTo("STACK_LIVE");
        String twice = "{'reason':'why','evenThoughLive':'" + managed.key() + "'}";
        assertThat(its.does("delete", twice).status()).isEqualTo(200);

        assertThat(ledger.of(managed, "state_version")).isEqualTo(0L);
        assertThat(its.served()).isEmpty();
        assertThat(its.does("undelete", "{'reason':'back'}").status()).isEqualTo(200);
        assertThat(ledger.of(managed, "state_version")).isEqualTo(2L);
        assertThat(ledger.of(managed, "drift_checked_at")).isEqualTo("null");
    }

    @Test
    void theVersionThatOutputsAreReadFromIsNotHidden() {
        StackRef managed = ledger.due("m-" + UUID.randomUUID());
        TestStack its = new TestStack(managed);
        Claim run = worker.mustClaim();
        worker.beats(run, RunPhase.APPLYING);
        worker.writesState(run, 2, "db");
        worker.succeeds(run);
        its.has(state(its.lineage(), 3));

        assertThat(its.does("delete", "{'version':2,'reason':'why'}").code())
                .isEqualTo("STATE_IN_USE");
        assertThat(its.does("delete", "{'version':1,'reason':'why'}").status()).isEqualTo(200);
    }

    @Test
    void nothingIsHiddenOrBroughtBackWhileSomebodyHoldsTheStack() {
        stack.has(ONE, TWO);
        stack.lock("mine");

        assertThat(stack.does("delete", "{'version':1,'reason':'why'}").code()).isEqualTo("LOCKED");
        assertThat(stack.does("delete", "{'reason':'why'}").code()).isEqualTo("LOCKED");
        assertThat(stack.does("undelete", "{'reason':'why'}").code()).isEqualTo("LOCKED");
        assertThat(stack.versions()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rollback", "delete", "undelete"})
    void whatChangesSomethingNeedsAReasonAndABody(String what) {
        stack.has(ONE, TWO);
        String it = what.equals("rollback") ? "{'version':1,'execute':true" : "{'version':1";

        for (String reason : List.of("", ",'reason':' x '", ",'reason':''")) {
            assertThat(stack.does(what, it + reason + "}").code()).isEqualTo("REASON_MISSING");
        }
        assertThat(stack.does(what, it + ",'reason':'two\\nlines'}").code())
                .isEqualTo("REASON_INVALID");
        Reply empty =
                ServiceClient.as(TestTokens.OPERATOR)
                        .send("POST", "/v1/states/" + ref.key() + "/" + what, null);
        assertThat(empty.status()).as(empty.body()).isEqualTo(400);
        assertThat(stack.versions()).hasSize(2);
    }

    private JsonNode rollBack(long version) {
        Reply reply =
                stack.does(
                        "rollback",
                        "{'version':"
                                + version
                                + ",'execute':true,'reason':'the last apply was wrong','evenThoughItForgets':1}");
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.json();
    }

    private Reply download(long version) {
        return ServiceClient.as(TestTokens.OPERATOR)
                .send("GET", "/v1/states/" + ref.key() + "/versions/" + version, null);
    }
}
