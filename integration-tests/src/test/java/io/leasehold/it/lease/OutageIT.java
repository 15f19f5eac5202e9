package io.leasehold.it.lease;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.it.JvmService;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RunPhase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database is away for longer than any lease lasts, while a whole fleet applies. */
class OutageIT {
    private static final int FLEET = 40;

    @TempDir Path folder;

    private TestLedger ledger;

    @BeforeEach
    void aDatabase() throws Exception {
        ledger = new TestLedger(folder);
    }

    @AfterEach
    void stop() {
        ledger.close();
    }

    @Test
    void tenMinutesWithoutADatabaseTakeNoStackFromAnybody() throws Exception {
        List<JvmService> replicas = ledger.serve(2, Map.of());
        ledger.registerPlain();
        Wire.Reply taken =
                TestLedger.at(replicas.getFirst(), "intake")
                        .send(
                                "POST",
                                Paths.INTAKE,
                                ledger.wanting(
                                        "plain",
                                        IntStream.range(0, FLEET)
                                                .mapToObj(i -> "tenant-" + i)
                                                .toArray(String[]::new)));
        assertThat(taken.status()).isEqualTo(200);
        LeasedWorker worker = LeasedWorker.registered("w1", replicas.getFirst().url());
        LeasedWorker other = LeasedWorker.registered("w2", replicas.getLast().url());
        List<Claim> fleet = new ArrayList<>();
        for (int i = 0; i < FLEET; i++) {
            Claim claim = worker.claim(5_000).orElseThrow();
            assertThat(worker.beats(claim, RunPhase.APPLYING).status()).isEqualTo(200);
            fleet.add(claim);
        }

        ledger.killDatabase();
        assertThat(worker.beats(fleet.getFirst(), RunPhase.APPLYING).isOutage()).isTrue();
        assertThat(other.claim(0)).isEmpty();
        // Ten minutes of the database's clock, of which it and the services saw nothing.
        ledger.whileAway(
                "update pulse set beaten_at = beaten_at - interval '10 minutes'",
                "update stack set lease_until = lease_until - interval '10 minutes',"
                        + " lease_beaten_at = lease_beaten_at - interval '10 minutes'"
                        + " where lease_id is not null");
        ledger.startDatabase();
        eventually(
                Duration.ofSeconds(20),
                () ->
                        assertThat(worker.beats(fleet.getFirst(), RunPhase.APPLYING).status())
                                .isEqualTo(200));

        // Both replicas have looked for lost leases since, more than once.
        String pulse = beaten();
        for (int i = 0; i < 2; i++) {
            String last = pulse;
            eventually(Duration.ofSeconds(10), () -> assertThat(beaten()).isNotEqualTo(last));
            pulse = beaten();
        }
        assertThat(other.claim(0)).as("none is taken over").isEmpty();
        for (Claim claim : fleet) {
            Wire.Reply beat = worker.beats(claim, RunPhase.APPLYING);
            assertThat(beat.status()).as(beat.body().toString()).isEqualTo(200);
            assertThat(beat.body().path("remainingMillis").asLong()).isGreaterThan(50_000);
            assertThat(worker.succeeds(claim).status()).as("the apply ends").isEqualTo(204);
        }
        assertThat(ledger.column("select distinct result || ' ' || attempt from run"))
                .containsExactly("SUCCEEDED 1");
        assertThat(ledger.column("select count(*) from run where result = 'SUCCEEDED'"))
                .containsExactly(String.valueOf(FLEET));
        assertThat(ledger.column("select distinct lease_epoch from stack")).containsExactly("1");
    }

    private String beaten() throws Exception {
        return ledger.column("select beaten_at from pulse").getFirst();
    }
}
