package io.leasehold.state.tfstate;

import static io.leasehold.state.tfstate.BackendStack.lockInfo;
import static io.leasehold.state.tfstate.BackendStack.md5;
import static io.leasehold.state.tfstate.BackendStack.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Paths;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A person reads and writes a state, request by request. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class BackendStatesIT {
    private static final String CANARY = "canary-7f3a-never-in-clear";

    @Inject Ledger ledger;

    private BackendStack stack;

    @BeforeEach
    void aStackOfItsOwn() {
        stack = new BackendStack(ledger);
    }

    @Test
    void aStackWithoutStateAnswersNoContent() {
        Reply reply = stack.get();

        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.body()).isEmpty();
    }

    @Test
    void aStateComesBackByteForByteWithItsDigest() {
        String state = state("lin", 1, "one");
        stack.lock("a");

        assertThat(stack.push("a", state).status()).isEqualTo(204);

        Reply reply = stack.get();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo(state);
        assertThat(reply.header("Content-MD5")).isEqualTo(md5(state));
        assertThat(reply.header("Content-Type")).startsWith("application/json");
        assertThat(reply.header("Leasehold-State-Version")).isEqualTo("1");
    }

    @Test
    void aStateMayBeAskedForWithBasicCredentials() {
        ServiceClient nobody = ServiceClient.as(null);
        String basic =
                Base64.getEncoder()
                        .encodeToString(
                                ("anyone:" + TestTokens.OPERATOR).getBytes(StandardCharsets.UTF_8));

        assertThat(nobody.send("GET", stack.path, null, "Authorization", "Basic " + basic).status())
                .isEqualTo(204);
    }

    @Test
    void aWriteNeedsTheLockThatIsHeld() {
        String state = state("lin", 1, "x");

        assertThat(stack.push("a", state).code()).isEqualTo("LOCK_LOST");
        assertThat(stack.person.send("POST", stack.path, state).code()).isEqualTo("LOCK_REQUIRED");
        stack.lock("a");
        assertThat(stack.push("b", state).code()).isEqualTo("LOCK_LOST");
        assertThat(stack.push("a", state).status()).isEqualTo(204);
    }

    @Test
    void aWriteThatIsSentAgainIsAcceptedAndStoredOnce() {
        stack.lock("a");
        String state = state("lin", 1, "x");

        assertThat(stack.push("a", state).status()).isEqualTo(204);
        assertThat(stack.push("a", state).status()).isEqualTo(204);

        assertThat(stack.versions()).containsExactly("PERSON 1");
    }

    /** An interrupted tofu sends the same state twice within a millisecond. */
    @Test
    void theSameWriteTwiceAtOnceIsAcceptedAndStoredOnce() {
        stack.lock("a");
        List<CompletableFuture<Reply>> both =
                Stream.generate(() ->
                                stack.person.begin(
                                        "POST", stack.path + "?ID=a", state("lin", 1, "x")))
                        .limit(2)
                        .toList();

        assertThat(both.stream().map(each -> each.join().status())).containsExactly(204, 204);
        assertThat(stack.versions()).containsExactly("PERSON 1");
    }

    @Test
    void equalSerialsWithOtherBytesAreTwoVersions() {
        stack.lock("a");

        assertThat(stack.push("a", state("lin", 1, "x")).status()).isEqualTo(204);
        assertThat(stack.push("a", state("lin", 1, "y")).status()).isEqualTo(204);

        assertThat(stack.versions()).containsExactly("PERSON 1", "PERSON 1");
        assertThat(stack.get().body()).isEqualTo(state("lin", 1, "y"));
    }

    @Test
    void gapsInSerialsAreLegalAndGoingBackIsNot() {
        stack.lock("a");

        assertThat(stack.push("a", state("lin", 1, "x")).status()).isEqualTo(204);
        assertThat(stack.push("a", state("lin", 7, "x")).status()).isEqualTo(204);
        Reply behind = stack.push("a", state("lin", 6, "x"));

        assertThat(behind.status()).isEqualTo(409);
        assertThat(behind.code()).isEqualTo("SERIAL_BEHIND");
    }

    @Test
    void anotherLineageIsRefusedUnlessAPersonSaysWhy() {
        stack.lock("a");
        assertThat(stack.push("a", state("lin", 5, "x")).status()).isEqualTo(204);

        assertThat(stack.push("a", state("other", 6, "x")).code()).isEqualTo("LINEAGE_MISMATCH");
        Reply blank = because("x");
        Reply forced = because("moved here from S3");

        assertThat(blank.code()).isEqualTo("REASON_MISSING");
        assertThat(forced.status()).isEqualTo(204);
        assertThat(stack.audited()).contains("force-write-state");
    }

    private Reply because(String reason) {
        return stack.person.send(
                "POST", stack.path + "?ID=a", state("other", 2, "x"), Paths.REASON_HEADER, reason);
    }

    @Test
    void aStateThatTofuEncryptedHasNoFormatVersionAndIsTaken() {
        stack.lock("a");
        String state =
                "{\"serial\":1,\"lineage\":\"l\",\"meta\":{\"key_provider.pbkdf2.x\":\"e30=\"},"
                        + "\"encrypted_data\":\"c2VjcmV0\",\"encryption_version\":\"v0\"}";

        assertThat(stack.push("a", state).status()).isEqualTo(204);
        assertThat(stack.get().body()).isEqualTo(state);
    }

    @Test
    void aHyphenInATenantDoesNotReachAnotherTenantsStack() {
        String first = "/state/" + stack.tenant + "-x/1/s1";
        String second = "/state/" + stack.tenant + "/1/x-s1";
        assertThat(stack.person.send("LOCK", first, lockInfo("a")).status()).isEqualTo(200);
        assertThat(stack.person.send("POST", first + "?ID=a", state("lin", 1, "x")).status())
                .isEqualTo(204);

        assertThat(stack.person.send("GET", second, null).status()).isEqualTo(204);
        assertThat(stack.person.send("LOCK", second, lockInfo("a")).status()).isEqualTo(200);
    }

    @Test
    void aSecretInAStateIsNotToBeFoundInTheDatabase() {
        stack.lock("a");
        assertThat(stack.push("a", state("lin", 1, CANARY)).status()).isEqualTo(204);

        assertThat(
                        stack.text(
                                "select count(*) from state_version where tenant_id = ? and"
                                        + " position('"
                                        + CANARY
                                        + "'::bytea in bytes) > 0"))
                .isEqualTo("0");
        byte[] stored =
                (byte[])
                        Objects.requireNonNull(
                                ledger.value(
                                        "select bytes from state_version where tenant_id = ?",
                                        stack.tenant));
        // Not compressed in clear either: a gzip header would stand behind the scheme byte.
        assertThat(stored[0]).isEqualTo((byte) 2);
        assertThat(new String(stored, StandardCharsets.ISO_8859_1))
                .doesNotContain("canary", "\u001f\u008b\b");
    }

    @Test
    void headerAndBodyOfAStateLeaveInOneWrite() throws IOException {
        stack.lock("a");
        assertThat(stack.push("a", state("lin", 1, "x".repeat(2000))).status()).isEqualTo(204);
        for (int i = 0; i < 5; i++) {
            try (Socket socket =
                    new Socket(InetAddress.getLoopbackAddress(), stack.person.base().getPort())) {
                socket.setSoTimeout(5000);
                socket.getOutputStream()
                        .write(
                                "GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
                                        .formatted(stack.path, TestTokens.OPERATOR)
                                        .getBytes(StandardCharsets.US_ASCII));
                byte[] first = new byte[64 * 1024];
                int length = socket.getInputStream().read(first);

                // A second write would wait for the peer's delayed acknowledgement: 40 ms a
                // request.
                assertThat(new String(first, 0, length, StandardCharsets.UTF_8))
                        .startsWith("HTTP/1.1 200")
                        .endsWith(state("lin", 1, "x".repeat(2000)));
            }
        }
    }

    @Test
    void statesAndLocksAreListedForViewers() {
        stack.lock("a");
        assertThat(stack.push("a", state("lin", 3, "x")).status()).isEqualTo(204);
        ServiceClient viewer = ServiceClient.as(TestTokens.VIEWER);

        Reply states = viewer.send("GET", "/v1/states?tenant=" + stack.tenant, null);
        Reply locks = viewer.send("GET", "/v1/locks?tenant=" + stack.tenant, null);
        Reply page = viewer.send("GET", "/v1/states?limit=1&tenant=" + stack.tenant, null);
        Reply next =
                viewer.send(
                        "GET",
                        "/v1/states?limit=1&tenant="
                                + stack.tenant
                                + "&after="
                                + stack.tenant
                                + "/1/network",
                        null);

        assertThat(states.json().path("items").path(0).path("serial").asLong()).isEqualTo(3);
        assertThat(states.json().path("items").path(0).path("writtenBy").asText())
                .isEqualTo("the-operator");
        assertThat(locks.json().path("items").path(0).path("holder").asText()).isEqualTo("PERSON");
        assertThat(locks.json().path("items").path(0).path("id").asText()).isEqualTo("a");
        assertThat(page.json().path("next").asText()).isEqualTo(stack.tenant + "/1/network");
        assertThat(next.json().path("items")).isEmpty();
    }
}
