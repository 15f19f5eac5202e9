package io.leasehold.state.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.state.retention.TestSweeps;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a trial begins, goes on and ends, on a real ledger. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class TrialsIT {
    @Inject Ledger ledger;
    @Inject Watermarks watermarks;
    @Inject TestSweeps sweeps;
    @Inject Mutiny.SessionFactory sessions;

    private final String topic = "t-" + UUID.randomUUID();

    /** What other tests left, and the process at hand, are not part of what is tried here. */
    @BeforeEach
    void nothingElseHappened() {
        ledger.update("update source_partition set deliveries = 0");
        ledger.update(
                "update service_start set started_at = started_at - interval '12 hours'"
                        + " where started_at > statement_timestamp() - interval '6 hours'");
    }

    @AfterEach
    void nothingIsLeftForOthers() {
        ledger.update("delete from service_start where boot_id like ?", topic + "%");
        ledger.update("update source_partition set deliveries = 0 where topic = ?", topic);
    }

    @Test
    void aTrialBeginsWithTheFirstDeliveryAndTheNextOnesAreOfIt() {
        assertThat(delivered(5, 0)).isEqualTo(1);
        Object begun = Objects.requireNonNull(since());

        assertThat(delivered(5, 0)).isEqualTo(2);
        assertThat(delivered(5, 0)).isEqualTo(3);

        assertThat(since()).isEqualTo(begun);
        assertThat(endsTrial(5)).hasValue(3);
    }

    @Test
    void theNextRecordHasATrialOfItsOwn() {
        delivered(5, 0);
        ledger.update("update source_partition set tried_before = 8 where topic = ?", topic);
        Object begun = since();

        assertThat(delivered(6, 0)).isEqualTo(1);

        assertThat(since()).isNotEqualTo(begun);
        assertThat(before()).isEqualTo(0);
    }

    @Test
    void whatIsExcusedBeginsAnewAndWhatWasTriedBeforeStays() {
        delivered(5, 0);
        delivered(5, 0);
        ledger.update("update source_partition set tried_before = 8 where topic = ?", topic);
        Object begun = since();

        assertThat(delivered(5, 1)).isEqualTo(2);
        assertThat(since()).isEqualTo(begun);
        assertThat(delivered(5, 2)).isEqualTo(1);

        assertThat(since()).isNotEqualTo(begun);
        assertThat(before()).isEqualTo(8);
    }

    @Test
    void aTrialThatProvesNothingIsFollowedByTheNext() {
        delivered(5, 0);
        ledger.update(
                "insert into service_start select ? || n, statement_timestamp() from generate_series(1, 3) n",
                topic);
        delivered(5, 0);
        delivered(5, 0);

        assertThat(endsTrial(5)).isEmpty();
        assertThat(before()).isEqualTo(2);
        assertThat(delivered(5, 0)).isEqualTo(2);
        assertThat(delivered(5, 0)).isEqualTo(3);

        assertThat(endsTrial(5)).as("nothing started in the second one").hasValue(5);
    }

    @Test
    void whatHasItsVerdictMeanwhileIsNotTried() {
        delivered(5, 0);

        assertThat(endsTrial(4)).isEmpty();
        assertThat(before()).isEqualTo(0);
    }

    @Test
    void theProcessAtHandIsAmongWhatStartedHoweverLateItIsNoted() {
        ledger.update("delete from service_start");

        delivered(5, 0);
        endsTrial(5);

        assertThat(ledger.value("select count(*) from service_start")).isEqualTo(1L);
    }

    @Test
    void startsAreKeptForADay() {
        ledger.update(
                "insert into service_start select ? || h, statement_timestamp() - h * interval '1 hour'"
                        + " from unnest(array[23, 25]) h",
                topic);

        sweeps.round("service-starts", TestSweeps.clock());

        assertThat(
                        ledger.value(
                                "select string_agg(boot_id, ' ') from service_start where boot_id like ?",
                                topic + "%"))
                .isEqualTo(topic + "23");
    }

    private Object since() {
        return Objects.requireNonNull(
                ledger.value("select tried_since from source_partition where topic = ?", topic));
    }

    private Object before() {
        return Objects.requireNonNull(
                ledger.value("select tried_before from source_partition where topic = ?", topic));
    }

    private int delivered(long offset, int excused) {
        return Ledger.await(() ->
                        sessions.withTransaction((session, _) ->
                                watermarks.count(
                                        session, new Place(topic, "", 0, offset), 0, excused)))
                .deliveries();
    }

    private OptionalInt endsTrial(long offset) {
        return Ledger.await(() ->
                sessions.withTransaction((session, _) ->
                        watermarks.endTrial(session, new Place(topic, "", 0, offset), 3)));
    }
}
