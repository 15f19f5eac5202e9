package io.leasehold.it.lease;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.leasehold.client.Publication;
import io.leasehold.client.TenantPublisher;
import io.leasehold.embedded.EmbeddedKafka;
import io.leasehold.embedded.KafkaOptions;
import io.leasehold.embedded.Ports;
import io.leasehold.events.EventType;
import io.leasehold.events.tenant.BlueprintRef;
import io.leasehold.events.tenant.TenantSpec;
import io.leasehold.it.JvmService;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.RunPhase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The database is put back by a second while intake and workers go on: it forgets verdicts that
 * intake was given, and a lease that a worker has.
 */
class PutBackIT {
    private static final Duration WORK = Duration.ofSeconds(30);

    @TempDir Path folder;

    private final List<String> published = new ArrayList<>();
    private TestLedger ledger;
    private EmbeddedKafka kafka;
    private JvmService service;
    private JvmService intake;
    private TenantPublisher publisher;

    @BeforeEach
    void aLedgerAndWhatReadsTheTopic() throws Exception {
        kafka = EmbeddedKafka.start(KafkaOptions.plain(folder.resolve("kafka"), Ports.free()));
        ledger = new TestLedger(folder);
        service = ledger.serve(1, Map.of()).getFirst();
        ledger.registerPlain();
        Path token = folder.resolve("intake.token");
        Files.writeString(token, TestLedger.token("intake"));
        Map<String, String> settings = TestLedger.tools();
        settings.putAll(
                Map.of(
                        // All in one order.
                        "LEASEHOLD_KAFKA_PARTITIONS",
                        "1",
                        "LEASEHOLD_LEDGER_URL",
                        service.url(),
                        "LEASEHOLD_LEDGER_TOKEN_FILE",
                        token.toString(),
                        "KAFKA_BOOTSTRAP_SERVERS",
                        kafka.bootstrapServers(),
                        "LEASEHOLD_KAFKA_CREATE_TOPICS",
                        "true",
                        "LEASEHOLD_RUNNER_ENABLED",
                        "false",
                        "LEASEHOLD_PUBLISHER_ENABLED",
                        "false"));
        intake = JvmService.launch("provisioner", folder.resolve("intake"), settings);
        intake.awaitReady();
        publisher =
                TenantPublisher.connect(
                        Map.of("bootstrap.servers", kafka.bootstrapServers()),
                        "https://upstream.example/test");
    }

    @AfterEach
    void stop() {
        publisher.close();
        intake.close();
        ledger.close();
        kafka.close();
    }

    private void publish(String... tenants) {
        for (String tenant : tenants) {
            assertThat(
                            publisher.publish(
                                    EventType.TENANT_CREATED,
                                    TenantSpec.active(
                                            tenant,
                                            1,
                                            1,
                                            new BlueprintRef("plain", "1.0.0"),
                                            JsonNodeFactory.instance.objectNode())))
                    .isInstanceOf(Publication.Sent.class);
            published.add(tenant);
        }
    }

    private void accepted() throws Exception {
        eventually(
                WORK,
                () ->
                        assertThat(ledger.column("select tenant_id from life"))
                                .containsExactlyInAnyOrderElementsOf(published));
    }

    @Test
    void nothingIsDoubleAndNothingIsLost() throws Exception {
        publish("kept-0", "kept-1", "kept-2");
        accepted();
        LeasedWorker worker = LeasedWorker.registered("w1", service.url());
        Claim kept = worker.claim(5_000).orElseThrow();
        assertThat(worker.beats(kept, RunPhase.APPLYING).status()).isEqualTo(200);

        ledger.snapshot();
        eventually(
                WORK,
                () -> assertThat(worker.beats(kept, RunPhase.APPLYING).status()).isEqualTo(200));
        publish("forgotten-0", "forgotten-1", "forgotten-2");
        accepted();
        Claim forgotten = worker.claim(5_000).orElseThrow();
        assertThat(worker.beats(forgotten, RunPhase.APPLYING).status()).isEqualTo(200);
        String tenant = forgotten.stack().tenantId();
        assertThat(worker.writes(forgotten, ledger.lineage(tenant), 2).status()).isEqualTo(204);

        ledger.killDatabase();
        ledger.putBack();
        ledger.startDatabase();
        publish("after-0", "after-1", "after-2");

        // What the ledger forgot is handed in again, once.
        accepted();
        assertThat(ledger.column("select offset_no from tenant_event order by offset_no"))
                .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8");
        assertThat(ledger.column("select distinct disposition from tenant_event"))
                .containsExactly("PENDING");

        // The lease that was there before goes on; the one that the ledger forgot is worth nothing.
        assertThat(worker.beats(kept, RunPhase.APPLYING).status()).isEqualTo(200);
        Wire.Reply lost = worker.beats(forgotten, RunPhase.APPLYING);
        assertThat(lost.code()).as(lost.body().toString()).isEqualTo("LEASE_LOST");
        LeasedWorker other = LeasedWorker.registered("w2", service.url());
        Claim again = other.claim(5_000).orElseThrow();
        while (!again.stack().equals(forgotten.stack())) {
            assertThat(other.succeeds(again).status()).isEqualTo(204);
            again = other.claim(5_000).orElseThrow();
        }
        assertThat(LeasedWorker.lease(again)).isNotEqualTo(LeasedWorker.lease(forgotten));
        String lineage = ledger.lineage(tenant);
        assertThat(worker.writes(forgotten, lineage, 3).status()).isBetween(401, 409);
        assertThat(worker.handsIn(forgotten, lineage, 3).code()).isEqualTo("LEASE_LOST");
        assertThat(worker.succeeds(forgotten).status()).isBetween(404, 409);
        assertThat(other.writes(again, lineage, 2).status()).isEqualTo(204);
        assertThat(other.succeeds(again).status()).isEqualTo(204);
        assertThat(
                        ledger.column(
                                "select kind from state_version where tenant_id = '%s' order by version"
                                        .formatted(tenant)))
                .containsExactly("SEED", "ORPHAN", "RUN");
        assertThat(worker.succeeds(kept).status()).isEqualTo(204);
    }
}
