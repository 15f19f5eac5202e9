package io.leasehold.it.lease;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.it.JvmService;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.ShardClaimRequest;
import io.leasehold.ledger.api.ShardDrainRequest;
import io.leasehold.state.outbox.Outbox;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two state services on one database: what comes in at one is had at the other at once. */
class ReplicasIT {
    /** Below what nobody looks again by itself before: what is answered sooner was woken. */
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final Map<String, String> NEVER_BY_ITSELF =
            Map.of(
                    "LEASEHOLD_LEASE_POLL", "PT30S",
                    "LEASEHOLD_OUTBOX_LOOK_AGAIN", "PT30S",
                    // What is claimed here is never beaten.
                    "LEASEHOLD_LEASE_FIRST", "PT10M");

    @TempDir Path folder;

    private TestLedger ledger;
    private JvmService one;
    private JvmService other;
    private LeasedWorker worker;

    @BeforeEach
    void twoReplicas() throws Exception {
        ledger = new TestLedger(folder);
        List<JvmService> both = ledger.serve(2, NEVER_BY_ITSELF);
        one = both.getFirst();
        other = both.getLast();
        ledger.registerPlain();
        worker = LeasedWorker.registered("w1", other.url());
        eventually(Duration.ofSeconds(10), () -> assertThat(listeners()).hasSize(2));
    }

    @AfterEach
    void stop() {
        ledger.close();
    }

    private List<String> listeners() throws Exception {
        return ledger.column(
                "select pid from pg_stat_activity where application_name = 'leasehold wakes' order by 1");
    }

    /** From when intake at one replica is through to when the claim at the other is answered. */
    private Duration answered(String tenant) throws Exception {
        CompletableFuture<Optional<Claim>> waiting =
                CompletableFuture.supplyAsync(() -> worker.claim(25_000));
        awaitWaiting();
        Wire.Reply taken =
                TestLedger.at(one, "intake")
                        .send("POST", Paths.INTAKE, ledger.wanting("plain", tenant));
        long began = System.nanoTime();
        assertThat(taken.body().at("/verdicts/0/disposition").asText()).isEqualTo("PENDING");
        assertThat(waiting.get().orElseThrow().stack().tenantId()).isEqualTo(tenant);
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** The claim that waits has looked in vain, and its connection is idle again. */
    private void awaitWaiting() throws Exception {
        eventually(
                Duration.ofSeconds(10),
                () ->
                        assertThat(
                                        ledger.column(
                                                "select 1 from pg_stat_activity where state <> 'idle'"
                                                        + " and pid <> pg_backend_pid()"
                                                        + " and backend_type = 'client backend'"))
                                .isEmpty());
    }

    @Test
    void whatComesInAtOneIsClaimedAtTheOtherAtOnceAlsoAfterAListenerWasCutOff() throws Exception {
        answered("warm-up");
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            times.add(answered("acme-" + i));
        }
        assertThat(times).allSatisfy(time -> assertThat(time).isLessThan(SOON));

        List<String> before = listeners();
        for (String listener : before) {
            ledger.column("select pg_terminate_backend(" + listener + ")");
        }
        eventually(
                Duration.ofSeconds(10),
                () -> assertThat(listeners()).hasSize(2).doesNotContainAnyElementsOf(before));

        assertThat(answered("acme-again")).isLessThan(SOON);
    }

    @Test
    void whatIsToBePublishedIsHadAtTheOtherAtOnce() throws Exception {
        Wire publisher = TestLedger.at(other, "publisher");
        Wire.Reply shards =
                publisher.send(
                        "POST", Paths.SHARDS, new ShardClaimRequest("p1", "boot", Outbox.SHARDS));
        List<CompletableFuture<Integer>> drains = new ArrayList<>();
        shards.body()
                .forEach(shard ->
                        drains.add(
                                CompletableFuture.supplyAsync(() ->
                                        publisher
                                                .send(
                                                        "POST",
                                                        Paths.SHARD_DRAIN.replace(
                                                                "{shard}",
                                                                shard.path("shard").asText()),
                                                        new ShardDrainRequest(
                                                                shard.path("leaseId").asText(),
                                                                List.of(),
                                                                10,
                                                                25_000))
                                                .body()
                                                .size())));
        assertThat(drains).hasSize(Outbox.SHARDS);
        awaitWaiting();

        // Claimed at one replica, where it makes a row for the publisher at the other.
        TestLedger.at(one, "intake").send("POST", Paths.INTAKE, ledger.wanting("plain", "told"));
        LeasedWorker here = LeasedWorker.registered("w2", one.url());
        assertThat(here.claim(5_000)).isPresent();
        long began = System.nanoTime();

        Object rows = CompletableFuture.anyOf(drains.toArray(CompletableFuture[]::new)).get();

        assertThat(rows).isEqualTo(1);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
    }
}
