package io.leasehold.state.tfstate;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Paths;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestTokens;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** A stack of a tenant of its own, spoken to over HTTP by a person and by a worker. */
final class BackendStack {
    final String tenant = "t-" + UUID.randomUUID();
    final String path = "/state/" + tenant + "/1/network";
    final ServiceClient person = ServiceClient.as(TestTokens.OPERATOR);
    final ServiceClient worker = ServiceClient.as(TestTokens.WORKER);
    private final Ledger ledger;

    BackendStack(Ledger ledger) {
        this.ledger = ledger;
    }

    // ── requests ────────────────────────────────────────────────────────────────────────────────

    void lock(String id) {
        assertThat(tryLock(id).status()).isEqualTo(200);
    }

    Reply tryLock(String id) {
        return person.send("LOCK", path, lockInfo(id));
    }

    Reply unlock(String id) {
        return person.send("UNLOCK", path, lockInfo(id));
    }

    /** A person's write, under the lock of that id. */
    Reply push(String lockId, String state) {
        return person.send("POST", path + "?ID=" + lockId, state, "Content-MD5", md5(state));
    }

    /** A run's write, under that lease. */
    Reply write(String lease, String state) {
        return worker.send(
                "POST", path, state, Paths.LEASE_HEADER, lease, "Content-MD5", md5(state));
    }

    Reply get() {
        return person.send("GET", path, null);
    }

    // ── what is sent ────────────────────────────────────────────────────────────────────────────

    static String lockInfo(String id) {
        return "{\"ID\":\"%s\",\"Operation\":\"OperationTypeApply\",\"Info\":\"\",\"Who\":\"me@here\",\"Version\":\"1.12.6\",\"Created\":\"2026-01-01T00:00:00.123456789Z\",\"Path\":\"\"}"
                .formatted(id);
    }

    static String state(String lineage, long serial, String value) {
        return "{\"version\":4,\"terraform_version\":\"1.12.6\",\"serial\":%d,\"lineage\":\"%s\",\"outputs\":{\"o\":{\"value\":\"%s\",\"type\":\"string\",\"sensitive\":true}},\"resources\":[],\"check_results\":null}\n"
                .formatted(serial, lineage, value);
    }

    static String md5(String text) {
        return Base64.getEncoder()
                .encodeToString(StatePacking.md5(text.getBytes(StandardCharsets.UTF_8)));
    }

    // ── what is there ───────────────────────────────────────────────────────────────────────────

    /** Kind and serial of every version, oldest first. */
    List<String> versions() {
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

    /** What people did to the stack, in order. */
    String audited() {
        return ledger
                .column("select action from audit where subject like ? || '%' order by id", tenant)
                .stream()
                .map(Object::toString)
                .collect(Collectors.joining(" "));
    }

    /** A value of the database, asked for by the tenant's id. */
    String text(String query) {
        return String.valueOf(ledger.value(query, tenant));
    }

    void update(String statement) {
        ledger.update(statement, tenant);
    }

    // ── what the ledger does with it ────────────────────────────────────────────────────────────

    /** The ledger knows the stack, and no run holds it. */
    void manage() {
        update(
                """
                insert into stack (tenant_id, incarnation, stack, wanted, blueprint_name,
                                   blueprint_version, changed_at)
                values (?, 1, 'network', true, 'starter', '1', now())
                """);
    }

    /** The ledger knows the stack, and a run holds it by that lease. */
    void manage(String lease) {
        manage();
        ledger.update(
                """
                update stack set lease_id = ?, lease_run = 'run-1', lease_worker = 'worker-7',
                    lease_since = now(), lease_until = now() + interval '1 hour', lease_epoch = 1
                where tenant_id = ?
                """,
                lease,
                tenant);
    }

    void takeOver(String lease) {
        ledger.update(
                "update stack set lease_id = ?, lease_run = 'run-2' where tenant_id = ?",
                lease,
                tenant);
    }
}
