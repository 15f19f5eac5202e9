package io.leasehold.it.outage;

import static io.leasehold.it.Site.SOON;
import static io.leasehold.testsupport.Eventually.eventually;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.it.JvmService;
import io.leasehold.it.Relay;
import io.leasehold.it.lease.TestLedger;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An answer of the database is lost on its way, and so is the news of it: the machine or the
 * network is gone, and nobody closes a connection. What was asked is the pulse, by which all leases
 * go.
 */
@Timeout(120)
class LostNetworkIT {
    /** Which database this is, as the pulse asks for it. */
    private static final Pattern OF_THE_PULSE = Pattern.compile("\\d{15,}/\\d+/[0-9A-F]{8}");

    private final AtomicBoolean armed = new AtomicBoolean();
    private final CountDownLatch lost = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);

    @TempDir private Path folder;

    private TestLedger ledger;
    private Relay way;
    private JvmService service;

    @BeforeEach
    void aServiceBehindANetwork() throws Exception {
        ledger = new TestLedger(folder);
        way = Relay.to(ledger.port(), this::answered);
        service =
                ledger.serve(
                                1,
                                Map.of(
                                        "LEASEHOLD_DATABASE_URL",
                                        "postgresql://127.0.0.1:%d/postgres".formatted(way.port()),
                                        "LEASEHOLD_DATABASE_SILENCE",
                                        "PT5S",
                                        "LEASEHOLD_LEASE_PULSE",
                                        "PT1S"))
                        .getFirst();
    }

    private void answered(byte[] piece) throws InterruptedException {
        if (armed.get()
                && OF_THE_PULSE.matcher(new String(piece, ISO_8859_1)).find()
                && armed.compareAndSet(true, false)) {
            lost.countDown();
            over.await();
        }
    }

    @AfterEach
    void stop() throws Exception {
        over.countDown();
        way.close();
        ledger.close();
    }

    private List<String> listeners() throws Exception {
        return ledger.column(
                "select pid from pg_stat_activity where application_name = 'leasehold wakes'");
    }

    @Test
    void thePulseGoesOnAndWhoOnlyListensIsNotTakenForLost() throws Exception {
        eventually(SOON, () -> assertThat(listeners()).hasSize(1));
        List<String> before = listeners();
        armed.set(true);
        assertThat(lost.await(20, TimeUnit.SECONDS)).as("a pulse was asked for").isTrue();

        eventually(SOON, () -> assertThat(service.log()).contains("pulse missed reason="));
        eventually(
                SOON,
                () ->
                        assertThat(
                                        ledger.column(
                                                "select clock_timestamp() - beaten_at < interval '2 seconds'"
                                                        + " from pulse"))
                                .as(service::log)
                                .containsExactly("t"));
        assertThat(listeners()).isEqualTo(before);
        assertThat(service.log()).doesNotContain("no longer listening");
    }
}
