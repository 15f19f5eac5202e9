package io.leasehold.it.lease;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.it.JvmService;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lease;
import io.leasehold.ledger.api.RunPhase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real worker is frozen in the middle of an apply, for longer than its lease. Its tofu has made
 * something and waits for a role that somebody else is about to make, so that the middle lasts.
 */
class FrozenWorkerIT {
    private static final Duration TTL = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final Map<String, String> SHORT_LEASES =
            Map.of(
                    "LEASEHOLD_LEASE_PLANNING", TTL.toString(),
                    "LEASEHOLD_LEASE_APPLYING", TTL.toString(),
                    "LEASEHOLD_LEASE_GRACE", GRACE.toString(),
                    "LEASEHOLD_LEASE_PULSE", "PT0.5S");

    @TempDir Path folder;

    private TestLedger ledger;
    private JvmService service;
    private MortalWorker worker;
    private SlowApply apply;

    @BeforeEach
    void aWorkerInTheMiddleOfAnApply() throws Exception {
        ledger = new TestLedger(folder);
        service = ledger.serve(1, SHORT_LEASES).getFirst();
        apply = new SlowApply(ledger, folder);
        worker =
                new MortalWorker(
                        folder.resolve("worker"),
                        service.url(),
                        SlowApply.bindings(ledger),
                        Map.of());
        worker.start();
        apply.begins(service, worker, "acme");
    }

    @AfterEach
    void stop() throws Exception {
        worker.close();
        apply.close();
        ledger.close();
    }

    @Test
    void anotherTakesOverAfterTheGraceAndWhatTheFrozenOneWritesIsRefusedAndKept() throws Exception {
        LeasedWorker other = LeasedWorker.registered("w2", service.url());
        worker.signal("STOP");
        long frozen = System.nanoTime();

        Claim again = other.claim(25_000).orElseThrow();

        // The last beat may have been half a second, and a moment on the way, before the stop.
        assertThat(Duration.ofNanos(System.nanoTime() - frozen))
                .isGreaterThan(TTL.plus(GRACE).minusSeconds(1));
        assertThat(again.stack().tenantId()).isEqualTo("acme");
        assertThat(again.attempt()).isEqualTo(2);
        assertThat(again.interrupted()).as("it plans first").isTrue();
        assertThat(Objects.requireNonNull(again.lease())).extracting(Lease::epoch).isEqualTo(2L);
        assertThat(other.beats(again, RunPhase.APPLYING).status()).isEqualTo(200);
        assertThat(other.writes(again, ledger.lineage("acme"), 2).status()).isEqualTo(204);
        assertThat(other.succeeds(again).status()).isEqualTo(204);

        worker.signal("CONT");

        eventually(
                Duration.ofSeconds(30),
                () ->
                        assertThat(
                                        ledger.column(
                                                "select kind || ' ' || coalesce(split_part(reason, ':', 1), '-')"
                                                        + " from state_version order by version"))
                                .as(worker.log())
                                .containsExactly("SEED -", "RUN -", "ORPHAN LEASE_LOST"));
        assertThat(ledger.column("select result from run order by started_at"))
                .containsExactly("LOST", "SUCCEEDED");
        assertThat(
                        TestLedger.at(service, "operator")
                                .send("GET", "/state/acme/1/main", null)
                                .body()
                                .path("serial")
                                .asInt())
                .isEqualTo(2);
    }
}
