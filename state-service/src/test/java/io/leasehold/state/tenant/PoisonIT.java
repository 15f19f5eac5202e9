package io.leasehold.state.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.Ledger;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a record at the third delivery of a trial, on a real ledger. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class PoisonIT {
    @Inject Ledger ledger;

    private final TestUpstream upstream = new TestUpstream();
    private final String tenant = "t-" + UUID.randomUUID();
    private final String blueprint = "b-" + UUID.randomUUID();

    @BeforeEach
    void aBlueprint() {
        TestBlueprints.registers(TestBlueprints.SINGLE, blueprint);
    }

    /** What one test says happened excuses nothing in the next. */
    @AfterEach
    void nothingHappened() {
        ledger.update("delete from service_start where boot_id like ?", tenant + "%");
        ledger.update(
                "update source_partition set deliveries = 0 where topic = ?", upstream.topic());
    }

    @Test
    void step1TheThirdDeliveryWithoutAVerdictIsPoison() {
        readersStarted(1, "statement_timestamp()");

        assertThat(thirdDelivery("pg_postmaster_start_time()", 2)).containsExactly("DEAD_LETTERED");

        assertThat(ledger.value("select code from tenant_event where topic = ?", upstream.topic()))
                .isEqualTo("POISON");
        assertThat(ledger.value("select 1 from life where tenant_id = ?", tenant)).isNull();
    }

    @Test
    void aRecordIsNoPoisonWhileReadersEndWithoutIt() {
        readersStarted(3, "statement_timestamp()");

        assertThat(thirdDelivery("pg_postmaster_start_time()", 2)).containsExactly("PENDING");

        assertThat(tried()).isEqualTo("4 true");
    }

    @Test
    void whatStartedJustBeforeAFirstTrialIsNotTheRecordsDoing() {
        readersStarted(3, "pg_postmaster_start_time() - interval '30 seconds'");

        assertThat(thirdDelivery("pg_postmaster_start_time()", 0)).containsExactly("PENDING");
    }

    @Test
    void aRecordIsNoPoisonTheFirstTimeWhenAnotherWasThereAsOften() {
        tried("statement_timestamp()", 0, 7);

        assertThat(thirdDelivery("statement_timestamp()", 0)).containsExactly("PENDING");
    }

    @Test
    void aRecordIsNoPoisonWhenTheDatabaseWasStartedMeanwhile() {
        assertThat(thirdDelivery("pg_postmaster_start_time() - interval '1 second'", 2))
                .containsExactly("PENDING");
    }

    @Test
    void afterThirtyDeliveriesARecordIsPoisonWhateverElseEnded() {
        assertThat(thirdDelivery("pg_postmaster_start_time() - interval '1 second'", 28))
                .containsExactly("DEAD_LETTERED");

        assertThat(ledger.value("select reason from dead_letter where topic = ?", upstream.topic()))
                .isEqualTo("handed in 31 times without a verdict");
    }

    @Test
    void theServiceNotesThatItStarted() {
        assertThat(
                        ledger.value(
                                "select count(*) > 0 from service_start"
                                        + " where started_at < statement_timestamp()"))
                .isEqualTo(true);
    }

    /** What becomes of it, in a trial that began then, after so many deliveries in others. */
    private List<String> thirdDelivery(String since, int before) {
        tried(since, before, 0);
        return upstream.dispositions(upstream.item(TestUpstream.wants(tenant, 1, blueprint, 3)));
    }

    private void readersStarted(int times, String when) {
        ledger.update(
                "insert into service_start select ? || n, "
                        + when
                        + " from generate_series(1, ?) n",
                tenant,
                times);
    }

    private void tried(String since, int before, int partition) {
        ledger.update(
                "insert into source_partition (topic, topic_id, partition_no, next_offset, delivered_offset,"
                        + " deliveries, tried_since, tried_before) values (?, '', ?, 0, 0, 2, "
                        + since
                        + ", ?)",
                upstream.topic(),
                partition,
                before);
    }

    /** Deliveries of trials before, and whether the one that is on began just now. */
    private @Nullable Object tried() {
        return ledger.value(
                "select tried_before || ' ' || (tried_since > statement_timestamp() - interval '1 minute')"
                        + " from source_partition where topic = ?",
                upstream.topic());
    }
}
