package io.leasehold.it.outage;

import static io.leasehold.it.Site.SOON;
import static io.leasehold.testsupport.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.client.TailedRecord;
import io.leasehold.client.TopicTail;
import io.leasehold.events.Topics;
import io.leasehold.events.outgoing.StackOutputs;
import io.leasehold.it.JvmService;
import io.leasehold.it.Relay;
import io.leasehold.it.Site;
import io.leasehold.it.Site.Role;
import io.leasehold.it.lease.LeasedWorker;
import io.leasehold.it.lease.TestLedger;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RunPhase;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A publisher sleeps past the lease of its shard with rows in hand: it is stopped by a signal at
 * the very moment at which the ledger's answer with a value is on its way to it.
 */
@Timeout(600)
class SleepingPublisherIT {
    @TempDir Path folder;

    private final AtomicReference<JvmService> sleeper = new AtomicReference<>();
    private final CountDownLatch asleep = new CountDownLatch(1);
    private final List<StackOutputs> published = new ArrayList<>();

    @Test
    void anOldValueIsNeverPublishedAfterANewerOne() throws Exception {
        try (Site site = new Site(folder, Map.of("LEASEHOLD_OUTBOX_LEASE", "PT3S"));
                Relay relay =
                        Relay.to(URI.create(site.service().url()).getPort(), this::putToSleep)) {
            site.ledger.registerPlain();
            JvmService first =
                    site.provisioner(
                            "sleeper",
                            EnumSet.of(Role.PUBLISHER),
                            Map.of("LEASEHOLD_LEDGER_URL", "http://127.0.0.1:" + relay.port()));
            sleeper.set(first);
            eventually(
                    SOON,
                    () ->
                            assertThat(first.log())
                                    .contains("drained here shard=0", "drained here shard=1"));
            outputsOfGenerationOne(site);
            asleep.await();

            site.provisioner("awake", EnumSet.of(Role.PUBLISHER), Map.of());
            try (TopicTail tail =
                    TopicTail.open(
                            Map.of("bootstrap.servers", site.bootstrap()),
                            List.of(Topics.STACK_OUTPUTS),
                            TopicTail.Start.BEGINNING)) {
                awaitLast(tail, 1);
                TestLedger.at(site.service(), "intake")
                        .send("POST", Paths.INTAKE, site.ledger.wantingAgain("plain", "acme", 2));
                awaitLast(tail, 2);

                first.signal("CONT");

                eventually(
                        SOON,
                        () -> assertThat(first.log()).contains("shard is given up, the broker"));
                tail.poll(Duration.ofSeconds(2)).forEach(this::keep);
            }
        }
        assertThat(published).extracting(StackOutputs::generation).containsExactly(1L, 2L);
    }

    private void putToSleep(byte[] answer) throws Exception {
        JvmService publisher = sleeper.get();
        if (publisher != null
                && asleep.getCount() > 0
                && new String(answer, UTF_8).contains(Topics.STACK_OUTPUTS)) {
            publisher.signal("STOP");
            asleep.countDown();
        }
    }

    private static void outputsOfGenerationOne(Site site) {
        TestLedger.at(site.service(), "intake")
                .send("POST", Paths.INTAKE, site.ledger.wanting("plain", "acme"));
        LeasedWorker worker = LeasedWorker.registered("w1", site.service().url());
        Claim claim = worker.claim(5_000).orElseThrow();
        assertThat(worker.beats(claim, RunPhase.APPLYING).status()).isEqualTo(200);
        assertThat(worker.succeeds(claim).status()).isEqualTo(204);
    }

    private void awaitLast(TopicTail tail, long generation) throws Exception {
        eventually(
                SOON,
                () -> {
                    tail.poll(Duration.ofMillis(200)).forEach(this::keep);
                    assertThat(published)
                            .extracting(StackOutputs::generation)
                            .last()
                            .isEqualTo(generation);
                });
    }

    private void keep(TailedRecord record) {
        if (record.data().orElse(null) instanceof StackOutputs outputs) {
            published.add(outputs);
        }
    }
}
