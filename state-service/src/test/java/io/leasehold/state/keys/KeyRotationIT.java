package io.leasehold.state.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestTokens;
import io.leasehold.state.sealing.TestKeys;
import io.leasehold.testsupport.Eventually;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A new master key while everything goes on: picked up, everything brought under it, the old one
 * gone.
 */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class KeyRotationIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String SECOND = TestKeys.line(2);
    private static final String THIRD = TestKeys.line(3);

    @Inject TestKeys keys;
    @Inject Ledger ledger;
    @Inject KeyRotations rotations;

    private final String tenant = "r-" + UUID.randomUUID();
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);

    @BeforeEach
    void theFirstKeyOnly() throws Exception {
        keys.writes(TestKeys.FIRST);
    }

    @AfterEach
    void backToTheFirstKey() throws Exception {
        keys.writes(TestKeys.FIRST, SECOND, THIRD);
        rotated();
        keys.writes(TestKeys.FIRST);
    }

    @Test
    void theOldMasterKeyIsRemovedUnderLoadAndEverythingStillOpens() throws Exception {
        List<StackRef> stacks =
                IntStream.range(0, 120).mapToObj(i -> new StackRef(tenant, i + 1, "s")).toList();
        stacks.forEach(stack -> assertThat(push(stack, 1).status()).isEqualTo(204));
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger writes = new AtomicInteger();
        CompletableFuture<Void> load =
                CompletableFuture.runAsync(() -> {
                    for (int i = 0; !stop.get(); i++) {
                        // Nothing is read with a key that was in memory before.
                        keys.forgetsDataKeys();
                        StackRef stack = stacks.get(i % stacks.size());
                        assertThat(push(stack, i + 2).status()).isEqualTo(204);
                        assertThat(get(stack).body()).contains("\"serial\":" + (i + 2));
                        writes.incrementAndGet();
                    }
                });
        keys.writesAndWaits(SECOND, TestKeys.FIRST);

        ask();

        Eventually.eventually(LONG, () -> assertThat(doneAt()).isNotEmpty());
        Eventually.eventually(LONG, () -> assertThat(writes.get()).isPositive());
        stop.set(true);
        load.join();
        JsonNode first = master(TestKeys.id(TestKeys.FIRST));
        assertThat(first.path("dataKeys").asLong()).isZero();
        assertThat(first.path("primary").asBoolean()).isFalse();
        JsonNode second = master(TestKeys.id(SECOND));
        assertThat(second.path("dataKeys").asLong()).isGreaterThanOrEqualTo(120);
        assertThat(second.path("primary").asBoolean()).isTrue();
        assertThat(second.path("oldest").asText()).startsWith("20");
        keys.writes(SECOND);
        keys.forgetsDataKeys();
        assertThat(stacks).allSatisfy(stack -> assertThat(get(stack).status()).isEqualTo(200));
        assertThat(
                        ledger.column(
                                "select reason from audit where action = 'rotate-keys' and subject = ?",
                                TestKeys.id(SECOND)))
                .contains("it is time");
    }

    @Test
    void aKeysetOfTinkTakesOverFromPlainBytes() throws Exception {
        StackRef stack = new StackRef(tenant, 1, "s");
        assertThat(push(stack, 1).status()).isEqualTo(204);
        AeadConfig.register();
        String keyset =
                TinkJsonProtoKeysetFormat.serializeKeyset(
                        KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM),
                        InsecureSecretKeyAccess.get());
        keys.writes(keyset, TestKeys.FIRST);
        rotated();
        keys.writes(keyset);
        keys.forgetsDataKeys();

        assertThat(get(stack).status()).isEqualTo(200);
        assertThat(master(TestKeys.id(keyset)).path("id").asText()).startsWith("tink-");

        keys.writes(THIRD, keyset);
        rotated();
    }

    @Test
    void whatAMasterKeySealedByItselfIsSealedAnewAndOpensWithoutIt() throws Exception {
        Old old = sealedBefore();
        assertThat(get(old.stack()).body()).isEqualTo(state(4));
        assertThat(keysNow().path("oldSeals").asLong()).isEqualTo(8);
        keys.writes(SECOND, TestKeys.FIRST);

        rotated();

        assertThat(keysNow().path("oldSeals").asLong()).isZero();
        keys.writes(SECOND);
        keys.forgetsDataKeys();
        assertThat(get(old.stack()).body()).isEqualTo(state(4));
        assertThat(operator.send("GET", "/v1/runs/" + old.run() + "/log", null).body())
                .contains("a line of before");
        Reply letter = operator.send("GET", "/v1/dead-letters/" + old.letter() + "?raw=true", null);
        assertThat(letter.json().path("value").asText()).isEqualTo("sent");
        assertThat(letter.json().path("edited").asText()).isEqualTo("corrected");
        assertThat(
                        ledger.column(
                                """
                                select get_byte(inputs, 0) from stack_revision where tenant_id = ?
                                union all select get_byte(inputs, 0) from stack_applied where tenant_id = ?
                                union all select get_byte(raw, 0) from life_waiting_record where tenant_id = ?
                                union all select get_byte(item, 0) from held_event where tenant_id = ?
                                """,
                                tenant,
                                tenant,
                                tenant,
                                tenant))
                .containsExactly(2, 2, 2, 3);
    }

    @Test
    void whatAProcessLeftHalfDoneIsGoneOnWithByAnother() throws Exception {
        assertThat(push(new StackRef(tenant, 1, "s"), 1).status()).isEqualTo(204);
        keys.writes(SECOND, TestKeys.FIRST);
        ledger.update(
                """
                insert into key_rotation (rotation_id, master_key_id, asked_by, reason, asked_at)
                values (?, ?, 'someone', 'before the crash', clock_timestamp())
                """,
                UUID.randomUUID().toString(),
                TestKeys.id(SECOND));

        goesOn();

        assertThat(keysNow().path("rotation").path("askedBy").asText()).isEqualTo("someone");
        assertThat(master(TestKeys.id(TestKeys.FIRST)).path("dataKeys").asLong()).isZero();
    }

    @Test
    void aKeyWhoseMasterKeyIsMissingIsNamedAndTheRestGoesOnUntilItIsBack() throws Exception {
        StackRef third = new StackRef(tenant, 3, "s");
        StackRef first = new StackRef(tenant, 1, "s");
        keys.writes(THIRD, TestKeys.FIRST);
        assertThat(push(third, 1).status()).isEqualTo(204);
        keys.writes(TestKeys.FIRST);
        assertThat(push(first, 1).status()).isEqualTo(204);
        keys.forgetsDataKeys();

        Reply refused = get(third);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("KEY_UNAVAILABLE");
        assertThat(refused.body()).contains(TestKeys.id(THIRD));
        assertThat(get(first).status()).isEqualTo(200);
        assertThat(master(TestKeys.id(THIRD)).path("known").asBoolean()).isFalse();

        keys.writes(SECOND, TestKeys.FIRST);
        ask();
        // The service goes on by itself too, and what it is at is passed over here.
        Eventually.eventually(
                LONG,
                () -> {
                    Ledger.await(rotations::goOn);
                    assertThat(master(TestKeys.id(TestKeys.FIRST)).path("dataKeys").asLong())
                            .isZero();
                });
        assertThat(doneAt()).as("not done while one is left").isEmpty();

        keys.writes(SECOND, TestKeys.FIRST, THIRD);
        goesOn();
        assertThat(get(third).status()).isEqualTo(200);
    }

    @Test
    void aProcessThatHasNotSeenTheNewKeyYetLeavesTheRotationAlone() throws Exception {
        assertThat(push(new StackRef(tenant, 1, "s"), 1).status()).isEqualTo(204);
        ledger.update(
                """
                insert into key_rotation (rotation_id, master_key_id, asked_by, reason, asked_at)
                values (?, ?, 'someone', 'by another process', clock_timestamp())
                """,
                UUID.randomUUID().toString(),
                TestKeys.id(SECOND));
        keys.writes(TestKeys.FIRST, SECOND);

        Ledger.await(rotations::goOn);

        assertThat(doneAt()).isEmpty();
        assertThat(master(TestKeys.id(SECOND)).path("dataKeys").asLong()).isZero();
    }

    @Test
    void aRotationNeedsAReason() {
        assertThat(operator.send("POST", "/v1/keys/rotate", "{\"reason\":\" \"}").code())
                .isEqualTo("REASON_MISSING");
    }

    // ── what the tests say ──────────────────────────────────────────────────────────────────────

    private void ask() {
        Reply asked = operator.send("POST", "/v1/keys/rotate", "{\"reason\":\"it is time\"}");
        assertThat(asked.status()).as(asked.body()).isEqualTo(200);
    }

    private void rotated() throws Exception {
        ask();
        goesOn();
    }

    /** Until it is done, without waiting for its time. */
    private void goesOn() throws Exception {
        Eventually.eventually(
                LONG,
                () -> {
                    Ledger.await(rotations::goOn);
                    assertThat(doneAt()).isNotEmpty();
                });
    }

    private JsonNode keysNow() {
        return ServiceClient.as(TestTokens.VIEWER).send("GET", "/v1/keys", null).json();
    }

    private String doneAt() {
        return keysNow().path("rotation").path("doneAt").asText("");
    }

    private JsonNode master(String id) {
        for (JsonNode each : keysNow().path("masterKeys")) {
            if (each.path("id").asText().equals(id)) {
                return each;
            }
        }
        throw new AssertionError("no master key " + id);
    }

    private Reply get(StackRef stack) {
        return operator.send("GET", "/state/" + stack.key(), null);
    }

    private Reply push(StackRef stack, long serial) {
        String path = "/state/" + stack.key();
        operator.send("LOCK", path, "{\"ID\":\"a\",\"Who\":\"me\",\"Operation\":\"apply\"}");
        return operator.send("POST", path + "?ID=a", state(serial));
    }

    private static String state(long serial) {
        return "{\"version\":4,\"terraform_version\":\"1.12.6\",\"serial\":%d,\"lineage\":\"l\"}"
                .formatted(serial);
    }

    private record Old(StackRef stack, String run, String letter) {}

    /** A row of each kind as the version before data keys left it. */
    private Old sealedBefore() throws IOException {
        StackRef stack = new StackRef(tenant, 1, "s");
        String run = "run-" + tenant;
        String letter = "letter-" + tenant;
        ledger.life(tenant, 1);
        ledger.update(
                """
                insert into state_version (tenant_id, incarnation, stack, version, lineage, serial, md5, size, kind,
                    written_by, written_at, bytes)
                values (?, 1, 's', 1, 'l', 4, '%s', 9, 'PERSON', 'me', now(), ?)
                """
                        .formatted("0".repeat(32)),
                tenant,
                TestKeys.sealedBefore(gzip(state(4)), "state:" + stack.key()));
        byte[] inputs = TestKeys.sealedBefore("{\"size\":1}", "inputs:" + stack.key());
        ledger.update(
                """
                insert into stack_revision (tenant_id, incarnation, stack, revision, wanted, input_hash, generation,
                    module_digest, inputs, endpoints, outputs_allowed, policy, timeout_millis, created_at)
                values (?, 1, 's', 1, true, 'h', 1, 'd', ?, '[]', '[]', '{}', 1, now())
                """,
                tenant,
                inputs);
        ledger.update(
                """
                insert into stack_applied (tenant_id, incarnation, stack, revision, generation, module_digest, inputs,
                    endpoints, outputs_allowed, policy, timeout_millis, blueprint_name, blueprint_version,
                    tofu_version, run_id, state_version, applied_at)
                values (?, 1, 's', 1, 1, 'd', ?, '[]', '[]', '{}', 1, 'b', '1', '1', 'r', 1, now())
                """,
                tenant,
                inputs);
        ledger.update(
                """
                insert into run (run_id, tenant_id, incarnation, stack, kind, phase, generation, revision, attempt,
                    blueprint_name, blueprint_version, worker, state_version, started_at)
                values (?, ?, 1, 's', 'APPLY', 'FINISHED', 1, 1, 1, 'b', '1', 'w', 1, now())
                """,
                run,
                tenant);
        ledger.update(
                "insert into run_log (run_id, seq, at, type, line) values (?, 1, now(), 'tofu', ?)",
                run,
                TestKeys.sealedBefore("a line of before", "log:" + run + "/1"));
        ledger.update(
                """
                insert into dead_letter (id, kind, status, tenant_id, incarnation, topic, partition_no, offset_no,
                    code, reason, raw, edited, at)
                values (?, 'EVENT', 'OPEN', ?, 1, 't', 0, 1, 'JSON_MALFORMED', 'x', ?, ?, now())
                """,
                letter,
                tenant,
                TestKeys.sealedBefore(record("sent"), "dead-letter:" + letter),
                TestKeys.sealedBefore(record("corrected"), "dead-letter:" + letter));
        ledger.update(
                "insert into life_waiting_record (tenant_id, incarnation, generation, raw) values (?, 1, 1, ?)",
                tenant,
                TestKeys.sealedBefore(record("waits"), "waiting:" + tenant + "/1"));
        Object event =
                ledger.column(
                                """
                                insert into tenant_event (tenant_id, topic, partition_no, offset_no, received_at, disposition)
                                values (?, ?, 0, 0, now(), 'HELD') returning id
                                """,
                                tenant,
                                tenant)
                        .getFirst();
        ledger.update(
                """
                insert into held_event (event_row, tenant_id, topic, place_topic_id, place_partition, place_offset,
                    reading, item, held_at) values (?, ?, ?, '', 0, 0, 0, ?, now())
                """,
                event,
                tenant,
                tenant,
                TestKeys.sealedBefore("{}", "held:" + tenant + "/" + event));
        return new Old(stack, run, letter);
    }

    private static String record(String value) {
        return """
        {"position":{"topic":"t","partition":0,"offset":1},"timestampMillis":1,"key":null,"value":"%s","headers":[]}
        """
                .formatted(Base64.getEncoder().encodeToString(value.getBytes(UTF_8)));
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }
}
