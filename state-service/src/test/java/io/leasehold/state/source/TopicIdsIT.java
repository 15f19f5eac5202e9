package io.leasehold.state.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which topic of a name a record stood on, on a real ledger. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class TopicIdsIT {
    @Inject Ledger ledger;

    private final String tenant = "t-" + UUID.randomUUID();
    private final String blueprint = "b-" + UUID.randomUUID();
    private final TestUpstream upstream = new TestUpstream().madeAgain();

    @BeforeEach
    void aBlueprint() {
        TestBlueprints.registers(TestBlueprints.SINGLE, blueprint);
    }

    private IntakeRequest.Item event(TestUpstream from, long generation) {
        return from.item(TestUpstream.wants(tenant, generation, blueprint, 3));
    }

    @Test
    void aTopicDeletedAndMadeAgainIsReadFromItsBeginning() {
        upstream.dispositions(event(upstream, 1), event(upstream, 2));
        TestUpstream again = upstream.madeAgain();

        assertThat(
                        again.dispositions(
                                event(again, 3), again.refused("JSON_MALFORMED"), event(again, 3)))
                .containsExactly("PENDING", "DEAD_LETTERED", "DUPLICATE");

        assertThat(marks(upstream.topicId())).containsExactly(2L);
        assertThat(marks(again.topicId())).containsExactly(3L);
    }

    @Test
    void theNewestTopicOfANameIsTheOneThatIsMeantWhereNoIdIsGiven() {
        upstream.dispositions(event(upstream, 1), event(upstream, 2));
        TestUpstream again = upstream.madeAgain();
        again.dispositions(event(again, 3));

        assertThat(marks(null)).containsExactly(1L);
    }

    @Test
    void aTopicThatWasNeverHeardOfHasNoVerdicts() {
        upstream.dispositions(event(upstream, 1));

        assertThat(marks("another")).isEmpty();
    }

    @Test
    void whatWasReadBeforeIdsWereToldIsOfTheFirstTopicTold() {
        TestUpstream untold = new TestUpstream();
        untold.dispositions(event(untold, 1), event(untold, 2));
        assertThat(marks(untold.topic(), "its-id")).containsExactly(2L);
        TestUpstream told = untold.madeAgain();

        assertThat(told.dispositions(event(told, 1), event(told, 2), event(told, 3)))
                .containsExactly("BELOW_WATERMARK", "BELOW_WATERMARK", "PENDING");

        assertThat(marks(told.topic(), told.topicId())).containsExactly(3L);
    }

    @Test
    void whatFollowsSomethingTheLedgerLacksIsNotTaken() {
        upstream.dispositions(event(upstream, 1));
        upstream.goesTo(5);
        upstream.believesTheLedgerAt(5);

        for (int delivery = 1; delivery <= 4; delivery++) {
            upstream.goesTo(5);
            assertThat(upstream.dispositions(event(upstream, 2))).containsExactly("BEHIND");
        }

        assertThat(marks(upstream.topicId())).containsExactly(1L);
        assertThat(ledger.column("select generation from tenant_event where tenant_id = ?", tenant))
                .containsExactly(1L);
        upstream.goesTo(1);
        upstream.believesTheLedgerAt(1);
        assertThat(upstream.dispositions(event(upstream, 2))).containsExactly("PENDING");
    }

    @Test
    void aLedgerThatNeverHeardOfThePartitionTakesNothingThatFollows() {
        upstream.goesTo(5);
        upstream.believesTheLedgerAt(5);

        for (int delivery = 1; delivery <= 4; delivery++) {
            upstream.goesTo(5);
            assertThat(upstream.dispositions(event(upstream, 1))).containsExactly("BEHIND");
        }
    }

    @Test
    void aTopicThatADatabaseThatWasPutBackForgotIsNotedAgain() {
        upstream.dispositions(event(upstream, 1), event(upstream, 2));
        putBackBefore(upstream);

        upstream.goesTo(10);
        upstream.believesTheLedgerAt(0);
        assertThat(upstream.dispositions(event(upstream, 3), event(upstream, 4)))
                .containsExactly("PENDING", "PENDING");

        assertThat(marks(upstream.topicId())).containsExactly(12L);
    }

    @Test
    void soIsTheSecondOfItsName() {
        upstream.dispositions(event(upstream, 1), event(upstream, 2));
        TestUpstream again = upstream.madeAgain();
        again.dispositions(event(again, 3));
        putBackBefore(again);

        again.goesTo(10);
        again.believesTheLedgerAt(0);
        assertThat(again.dispositions(event(again, 4), event(again, 5)))
                .containsExactly("PENDING", "PENDING");

        assertThat(marks(again.topicId())).containsExactly(12L);
        assertThat(marks(upstream.topicId())).containsExactly(2L);
    }

    private void putBackBefore(TestUpstream forgotten) {
        for (String table : List.of("source_topic", "source_partition")) {
            ledger.update(
                    "delete from " + table + " where topic_id = ?",
                    String.valueOf(forgotten.topicId()));
        }
    }

    private Iterable<Long> marks(@Nullable String topicId) {
        return marks(upstream.topic(), topicId);
    }

    private static Iterable<Long> marks(String topic, @Nullable String topicId) {
        JsonNode marks =
                ServiceClient.as(TestTokens.INTAKE)
                        .send(
                                "GET",
                                "/v1/intake/watermarks?topic="
                                        + topic
                                        + (topicId == null ? "" : "&topicId=" + topicId),
                                null)
                        .json();
        return marks.valueStream().map(mark -> mark.path("nextOffset").asLong()).toList();
    }
}
