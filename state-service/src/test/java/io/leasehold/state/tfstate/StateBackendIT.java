package io.leasehold.state.tfstate;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The backend's protocol, request by request. Each test has a tenant of its own. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class StateBackendIT {
    private static final String CANARY = "canary-7f3a-never-in-clear";

    @Inject DataSource database;

    private final String tenant = "t-" + UUID.randomUUID();
    private final String path = "/state/" + tenant + "/1/network";
    private final ServiceClient person = ServiceClient.as(TestTokens.OPERATOR);
    private final ServiceClient worker = ServiceClient.as(TestTokens.WORKER);

    @Test
    void aStackWithoutStateAnswersNoContent() {
        Reply reply = person.send("GET", path, null);

        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.body()).isEmpty();
    }

    @Test
    void aStateComesBackByteForByteWithItsDigest() {
        String state = state("lin", 1, "one");
        lock("a");

        assertThat(push("a", state).status()).isEqualTo(204);

        Reply reply = person.send("GET", path, null);
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

        assertThat(nobody.send("GET", path, null, "Authorization", "Basic " + basic).status())
                .isEqualTo(204);
    }

    @Test
    void theSecondLockIsRefusedWithTheWholeDocumentOfTheFirst() {
        lock("a");

        Reply refused = person.send("LOCK", path, lockInfo("b"));

        assertThat(refused.status()).isEqualTo(423);
        assertThat(refused.json().path("ID").asText()).isEqualTo("a");
        assertThat(refused.json().path("Who").asText()).isEqualTo("me@here");
        assertThat(refused.json().path("Operation").asText()).isEqualTo("OperationTypeApply");
        assertThat(refused.json().path("Created").asText())
                .isEqualTo("2026-01-01T00:00:00.123456789Z");
    }

    @Test
    void aLockThatIsSentAgainByItsHolderIsGrantedAgain() {
        lock("a");

        assertThat(person.send("LOCK", path, lockInfo("a")).status()).isEqualTo(200);
    }

    @Test
    void fiftyLocksAtOnceGiveExactlyOneHolder() {
        List<CompletableFuture<Reply>> all =
                IntStream.range(0, 50)
                        .mapToObj(i -> person.begin("LOCK", path, lockInfo("id-" + i)))
                        .toList();

        List<Integer> statuses = all.stream().map(each -> each.join().status()).sorted().toList();

        assertThat(statuses).hasSize(50);
        assertThat(statuses.stream().filter(status -> status == 200)).hasSize(1);
        assertThat(statuses.stream().filter(status -> status == 423)).hasSize(49);
    }

    @Test
    void unlockFreesByIdAndIsIdempotent() {
        lock("a");

        assertThat(person.send("UNLOCK", path, lockInfo("a")).status()).isEqualTo(200);
        assertThat(person.send("UNLOCK", path, lockInfo("a")).status()).isEqualTo(200);
        assertThat(person.send("LOCK", path, lockInfo("b")).status()).isEqualTo(200);
    }

    @Test
    void forceUnlockNeedsNothingButTheId() {
        lock("a");

        Reply reply =
                person.send(
                        "UNLOCK",
                        path,
                        "{\"ID\":\"a\",\"Operation\":\"\",\"Info\":\"\",\"Who\":\"\",\"Version\":\"\","
                                + "\"Created\":\"0001-01-01T00:00:00Z\",\"Path\":\"\"}");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(person.send("LOCK", path, lockInfo("b")).status()).isEqualTo(200);
        assertThat(audited(tenant)).contains("force-unlock-state");
    }

    @Test
    void unlockByAnotherIdIsRefusedAndSaysWhoHoldsIt() {
        lock("a");

        Reply reply = person.send("UNLOCK", path, lockInfo("b"));

        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.json().path("ID").asText()).isEqualTo("a");
        assertThat(person.send("LOCK", path, lockInfo("c")).status()).isEqualTo(423);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{}", "{\"ID\":\"\"}", "[]", "\"a\"", "{\"ID\":null}", "x"})
    void anUnlockWithoutAnIdFreesNoLock(String body) {
        lock("a");

        assertThat(person.send("UNLOCK", path, body.isEmpty() ? null : body).status())
                .isEqualTo(400);
        assertThat(person.send("LOCK", path, lockInfo("b")).status()).isEqualTo(423);
    }

    @Test
    void aWriteNeedsTheLockThatIsHeld() {
        String state = state("lin", 1, "x");

        assertThat(push("a", state).code()).isEqualTo("LOCK_LOST");
        assertThat(person.send("POST", path, state).code()).isEqualTo("LOCK_REQUIRED");
        lock("a");
        assertThat(push("b", state).code()).isEqualTo("LOCK_LOST");
        assertThat(push("a", state).status()).isEqualTo(204);
    }

    @Test
    void aWriteThatIsSentAgainIsAcceptedAndStoredOnce() {
        lock("a");
        String state = state("lin", 1, "x");

        assertThat(push("a", state).status()).isEqualTo(204);
        assertThat(push("a", state).status()).isEqualTo(204);

        assertThat(versions()).containsExactly("PERSON 1");
    }

    @Test
    void equalSerialsWithOtherBytesAreTwoVersions() {
        lock("a");

        assertThat(push("a", state("lin", 1, "x")).status()).isEqualTo(204);
        assertThat(push("a", state("lin", 1, "y")).status()).isEqualTo(204);

        assertThat(versions()).containsExactly("PERSON 1", "PERSON 1");
        assertThat(person.send("GET", path, null).body()).isEqualTo(state("lin", 1, "y"));
    }

    @Test
    void gapsInSerialsAreLegalAndGoingBackIsNot() {
        lock("a");

        assertThat(push("a", state("lin", 1, "x")).status()).isEqualTo(204);
        assertThat(push("a", state("lin", 7, "x")).status()).isEqualTo(204);
        Reply behind = push("a", state("lin", 6, "x"));

        assertThat(behind.status()).isEqualTo(409);
        assertThat(behind.code()).isEqualTo("SERIAL_BEHIND");
    }

    @Test
    void anotherLineageIsRefusedUnlessForced() {
        lock("a");
        assertThat(push("a", state("lin", 5, "x")).status()).isEqualTo(204);

        assertThat(push("a", state("other", 6, "x")).code()).isEqualTo("LINEAGE_MISMATCH");
        Reply forced = person.send("POST", path + "?force=true&ID=a", state("other", 2, "x"));

        assertThat(forced.status()).isEqualTo(204);
        assertThat(audited(tenant)).contains("force-write-state");
    }

    @Test
    void aBodyThatIsNotItsDigestIsRefused() {
        lock("a");

        Reply reply =
                person.send(
                        "POST", path + "?ID=a", state("lin", 1, "x"), "Content-MD5", md5("other"));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo("CONTENT_MD5_MISMATCH");
        assertThat(person.send("GET", path, null).status()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "null",
                "[]",
                "{\"version\":3,\"serial\":1,\"lineage\":\"l\"}",
                "{\"version\":4,\"serial\":1}",
                "{\"version\":4,\"lineage\":\"l\"}",
                "{\"version\":4,\"serial\":-1,\"lineage\":\"l\"}",
                "{\"version\":4,\"serial\":\"1\",\"lineage\":\"l\"}",
                "{\"version\":4,\"serial\":1,\"lineage\":\"l\",\"serial\":2}",
                "{\"version\":4,\"serial\":1,\"lineage\":\"l\",\"outputs\":{}",
                "{\"version\":4,\"serial\":1,\"lineage\":\"l\"} {}",
                "{\"version\":4,\"serial\":1,\"lineage\":\"l\",\"resources\":{}}",
                "{\"serial\":1,\"lineage\":\"l\",\"encrypted_data\":\"\"}"
            })
    void whatIsNotOneWholeStateIsRefused(String body) {
        lock("a");

        Reply reply = push("a", body);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo("STATE_INVALID");
    }

    @Test
    void aStateThatTofuEncryptedHasNoFormatVersionAndIsTaken() {
        lock("a");
        String state =
                "{\"serial\":1,\"lineage\":\"l\",\"meta\":{\"key_provider.pbkdf2.x\":\"e30=\"},"
                        + "\"encrypted_data\":\"c2VjcmV0\",\"encryption_version\":\"v0\"}";

        assertThat(push("a", state).status()).isEqualTo(204);
        assertThat(person.send("GET", path, null).body()).isEqualTo(state);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/state/kit%2Fx/1/s1",
                "/state/..%2F..%2Fetc/1/s1",
                "/state/%2e%2e/1/s1",
                "/state/Kit/1/s1",
                "/state/t%C3%A9/1/s1",
                "/state/kit/01/s1",
                "/state/kit/0/s1",
                "/state/kit/-1/s1",
                "/state/kit/one/s1",
                "/state/kit/99999999999/s1",
                "/state/kit/1/s%20x",
                "/state/kit/1/.hidden",
                "/state/kit%00/1/s"
            })
    void aPathThatCouldBeReadInTwoWaysIsRefused(String odd) {
        for (String method : List.of("GET", "POST", "LOCK", "UNLOCK")) {
            assertThat(
                            person.send(method, odd, method.equals("GET") ? null : lockInfo("a"))
                                    .status())
                    .as(method)
                    .isIn(400, 404);
        }
    }

    @Test
    void aHyphenInATenantDoesNotReachAnotherTenantsStack() {
        String first = "/state/" + tenant + "-x/1/s1";
        String second = "/state/" + tenant + "/1/x-s1";
        assertThat(person.send("LOCK", first, lockInfo("a")).status()).isEqualTo(200);
        assertThat(person.send("POST", first + "?ID=a", state("lin", 1, "x")).status())
                .isEqualTo(204);

        assertThat(person.send("GET", second, null).status()).isEqualTo(204);
        assertThat(person.send("LOCK", second, lockInfo("a")).status()).isEqualTo(200);
    }

    @Test
    void aRunWritesUnderItsLeaseAndMovesTheStacksVersion() throws SQLException {
        manage("lease-1");

        Reply reply = write("lease-1", state("lin", 1, "x"));

        assertThat(reply.status()).isEqualTo(204);
        assertThat(versions()).containsExactly("RUN 1");
        assertThat(
                        text(
                                "select state_version || ' ' || (select run_id from state_version v"
                                        + " where v.tenant_id = s.tenant_id) from stack s where tenant_id = ?"))
                .isEqualTo("1 run-1");
    }

    @Test
    void aWriteWithALeaseThatIsNoLongerTheStacksIsKeptAsAnOrphanAndNotServed() throws SQLException {
        manage("lease-1");
        assertThat(write("lease-1", state("lin", 1, "mine")).status()).isEqualTo(204);
        takeOver("lease-2");

        Reply late = write("lease-1", state("lin", 2, "late"));
        Reply again = write("lease-1", state("lin", 2, "late"));
        Reply unnamed = worker.send("POST", path, state("lin", 3, "unnamed"));

        assertThat(late.status()).isEqualTo(409);
        assertThat(late.code()).isEqualTo("LEASE_LOST");
        assertThat(again.code()).isEqualTo("LEASE_LOST");
        assertThat(unnamed.code()).isEqualTo("LEASE_LOST");
        assertThat(person.send("GET", path, null).body()).isEqualTo(state("lin", 1, "mine"));
        assertThat(versions()).containsExactly("RUN 1", "ORPHAN 2", "ORPHAN 3");
        assertThat(text("select state_version from stack where tenant_id = ?")).isEqualTo("1");
        assertThat(write("lease-2", state("lin", 2, "next")).status()).isEqualTo(204);
        assertThat(versions()).containsExactly("RUN 1", "ORPHAN 2", "ORPHAN 3", "RUN 2");
        Reply kept = person.send("GET", "/v1/states/" + tenant + "/1/network/versions/2", null);
        assertThat(kept.body()).isEqualTo(state("lin", 2, "late"));
    }

    @Test
    void aRunsStateOfAnotherLineageIsKeptAsAnOrphan() throws SQLException {
        manage("lease-1");
        assertThat(write("lease-1", state("lin", 1, "x")).status()).isEqualTo(204);

        Reply reply = write("lease-1", state("other", 2, "x"));

        assertThat(reply.code()).isEqualTo("LINEAGE_MISMATCH");
        assertThat(versions()).containsExactly("RUN 1", "ORPHAN 2");
    }

    @Test
    void aPersonFindsAStackHeldByARunAndIsToldByWhomWithoutTheLease() throws SQLException {
        manage("lease-1");

        Reply locked = person.send("LOCK", path, lockInfo("a"));
        Reply forced = person.send("UNLOCK", path, "{\"ID\":\"run-1\"}");
        Reply written = push("a", state("lin", 9, "x"));

        assertThat(locked.status()).isEqualTo(423);
        assertThat(locked.json().path("ID").asText()).isEqualTo("run-1");
        assertThat(locked.json().path("Who").asText()).contains("worker-7");
        assertThat(locked.body()).doesNotContain("lease-1");
        assertThat(forced.status()).isEqualTo(409);
        assertThat(written.code()).isEqualTo("LOCKED");
        assertThat(written.status()).isEqualTo(409);
    }

    @Test
    void aPersonsWriteOnAManagedStackAsksForAFreshLook() throws SQLException {
        manage(null);
        sql("update stack set drift_checked_at = now() where tenant_id = ?");
        lock("a");

        assertThat(push("a", state("lin", 1, "x")).status()).isEqualTo(204);

        assertThat(text("select drift_checked_at is null from stack where tenant_id = ?"))
                .isEqualTo("t");
        assertThat(text("select state_version from stack where tenant_id = ?")).isEqualTo("1");
        assertThat(audited(tenant)).contains("lock-state", "write-state");
    }

    @Test
    void writesAtOnceAllEndAndTheHighestSerialIsServed() throws SQLException {
        manage("lease-1");
        List<CompletableFuture<Reply>> all = new ArrayList<>();
        for (int serial = 1; serial <= 20; serial++) {
            String state = state("lin", serial, "x");
            all.add(
                    worker.begin(
                            "POST",
                            path,
                            state,
                            "Leasehold-Lease",
                            "lease-1",
                            "Content-MD5",
                            md5(state)));
        }

        List<Integer> statuses = all.stream().map(each -> each.join().status()).toList();

        assertThat(statuses).allMatch(status -> status == 204 || status == 409);
        assertThat(person.send("GET", path, null).body()).isEqualTo(state("lin", 20, "x"));
        assertThat(versions()).hasSize(20);
    }

    @Test
    void aSecretInAStateIsNotToBeFoundInTheDatabase() throws SQLException {
        lock("a");
        assertThat(push("a", state("lin", 1, CANARY)).status()).isEqualTo(204);

        assertThat(
                        text(
                                "select count(*) from state_version where tenant_id = ? and"
                                        + " position('"
                                        + CANARY
                                        + "'::bytea in bytes) > 0"))
                .isEqualTo("0");
        byte[] stored;
        try (Connection connection = database.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement(
                                "select bytes from state_version where tenant_id = ?")) {
            statement.setString(1, tenant);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                stored = rows.getBytes(1);
            }
        }
        // Not compressed in clear either: a gzip header would stand behind the scheme byte.
        assertThat(stored[0]).isEqualTo((byte) 1);
        assertThat(new String(stored, StandardCharsets.ISO_8859_1))
                .doesNotContain("canary", "\u001f\u008b\b");
    }

    @Test
    void aStateLargerThanTheLimitIsRefusedInPlainWordsAndLargeOnesPassOneAfterTheOther() {
        lock("a");
        String large = state("lin", 1, "y".repeat(6 * 1024 * 1024));
        List<CompletableFuture<Reply>> all =
                IntStream.range(0, 4)
                        .mapToObj(i -> person.begin("POST", path + "?ID=a", large))
                        .toList();

        assertThat(all.stream().map(each -> each.join().status())).containsOnly(204);
        assertThat(person.send("GET", path, null).body()).hasSize(large.length());
        Reply refused = push("a", state("lin", 2, "y".repeat(64 * 1024 * 1024)));
        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.code()).isEqualTo("STATE_TOO_LARGE");
    }

    @Test
    void headerAndBodyOfAStateLeaveInOneWrite() throws IOException {
        lock("a");
        assertThat(push("a", state("lin", 1, "x".repeat(2000))).status()).isEqualTo(204);
        for (int i = 0; i < 5; i++) {
            try (Socket socket =
                    new Socket(InetAddress.getLoopbackAddress(), person.base().getPort())) {
                socket.setSoTimeout(5000);
                socket.getOutputStream()
                        .write(
                                "GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
                                        .formatted(path, TestTokens.OPERATOR)
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
        lock("a");
        assertThat(push("a", state("lin", 3, "x")).status()).isEqualTo(204);
        ServiceClient viewer = ServiceClient.as(TestTokens.VIEWER);

        Reply states = viewer.send("GET", "/v1/states?tenant=" + tenant, null);
        Reply locks = viewer.send("GET", "/v1/locks?tenant=" + tenant, null);
        Reply page = viewer.send("GET", "/v1/states?limit=1&tenant=" + tenant, null);
        Reply next =
                viewer.send(
                        "GET",
                        "/v1/states?limit=1&tenant=" + tenant + "&after=" + tenant + "/1/network",
                        null);

        assertThat(states.json().path("items").path(0).path("serial").asLong()).isEqualTo(3);
        assertThat(states.json().path("items").path(0).path("writtenBy").asText())
                .isEqualTo("the-operator");
        assertThat(locks.json().path("items").path(0).path("holder").asText()).isEqualTo("PERSON");
        assertThat(locks.json().path("items").path(0).path("id").asText()).isEqualTo("a");
        assertThat(page.json().path("next").asText()).isEqualTo(tenant + "/1/network");
        assertThat(next.json().path("items")).isEmpty();
    }

    // ── what the tests say ──────────────────────────────────────────────────────────────────────

    private void lock(String id) {
        assertThat(person.send("LOCK", path, lockInfo(id)).status()).isEqualTo(200);
    }

    private Reply push(String lockId, String state) {
        return person.send("POST", path + "?ID=" + lockId, state, "Content-MD5", md5(state));
    }

    private Reply write(String lease, String state) {
        return worker.send(
                "POST", path, state, "Leasehold-Lease", lease, "Content-MD5", md5(state));
    }

    private static String lockInfo(String id) {
        return "{\"ID\":\"%s\",\"Operation\":\"OperationTypeApply\",\"Info\":\"\",\"Who\":\"me@here\",\"Version\":\"1.12.6\",\"Created\":\"2026-01-01T00:00:00.123456789Z\",\"Path\":\"\"}"
                .formatted(id);
    }

    private static String state(String lineage, long serial, String value) {
        return "{\"version\":4,\"terraform_version\":\"1.12.6\",\"serial\":%d,\"lineage\":\"%s\",\"outputs\":{\"o\":{\"value\":\"%s\",\"type\":\"string\",\"sensitive\":true}},\"resources\":[],\"check_results\":null}\n"
                .formatted(serial, lineage, value);
    }

    private static String md5(String text) {
        return Base64.getEncoder()
                .encodeToString(StatePacking.md5(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void manage(@Nullable String lease) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement(
                                """
                                insert into stack (tenant_id, incarnation, stack, wanted, blueprint_name,
                                                   blueprint_version, changed_at, lease_id, lease_run, lease_worker,
                                                   lease_since, lease_until, lease_epoch)
                                values (?, 1, 'network', true, 'starter', '1', now(), ?, 'run-1', 'worker-7', now(),
                                        now() + interval '1 hour', 1)
                                """)) {
            insert.setString(1, tenant);
            insert.setString(2, lease);
            insert.executeUpdate();
        }
    }

    private void takeOver(String lease) throws SQLException {
        sql("update stack set lease_id = '" + lease + "', lease_run = 'run-2' where tenant_id = ?");
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(statement)) {
            update.setString(1, tenant);
            update.executeUpdate();
        }
    }

    private String text(String query) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, tenant);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }

    private List<String> versions() {
        List<String> versions = new ArrayList<>();
        person.send("GET", "/v1/states/" + tenant + "/1/network/versions", null)
                .json()
                .path("items")
                .forEach(version ->
                        versions.addFirst(
                                version.path("kind").asText()
                                        + " "
                                        + version.path("serial").asText()));
        return versions;
    }

    private String audited(String about) {
        try {
            return text(
                    "select coalesce(string_agg(action, ' ' order by id), '') from audit where subject like ? || '%'");
        } catch (SQLException e) {
            throw new AssertionError("no audit of " + about, e);
        }
    }
}
