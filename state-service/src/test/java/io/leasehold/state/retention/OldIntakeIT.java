package io.leasehold.state.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.MutableClock;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What came in, what was refused of it, and what generations were. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class OldIntakeIT {
    private static final Duration HOUR = Duration.ofHours(1);

    @Inject Ledger ledger;
    @Inject TestSweeps sweeps;

    private final MutableClock clock = TestSweeps.clock();
    private final String tenant = "i-" + UUID.randomUUID();

    @Test
    void anEventGoesWhenItsTimeIsOverAndNotBefore() {
        event("APPLIED");

        sweeps.round("events", clock);
        assertThat(events()).containsExactly("APPLIED");
        clock.advance(HOUR.multipliedBy(2));
        sweeps.round("events", clock);

        assertThat(events()).isEmpty();
    }

    @Test
    void eventsThatHaveNoEndYetStay() {
        List.of("PENDING", "FAILED", "STALE", "DUPLICATE", "DEAD_LETTERED").forEach(this::event);
        long held = event("HELD");
        ledger.update(
                """
                insert into held_event (event_row, tenant_id, topic, place_topic_id, place_partition, place_offset,
                    reading, item, held_at)
                values (?, ?, 't', '', 0, 1, 0, '', now())
                """,
                held,
                tenant);
        clock.advance(HOUR.multipliedBy(2));

        sweeps.round("events", clock);

        assertThat(events()).containsExactlyInAnyOrder("PENDING", "FAILED", "HELD");
    }

    @Test
    void aClosedLetterGoesWithItsReplaysAndAnOpenOneStays() {
        String closed =
                letter(
                        "SUPERSEDED",
                        clock.instant().minus(sweeps.config().deadLetters()).plus(HOUR));
        String open = letter("OPEN", clock.instant());
        ledger.update("update dead_letter set closed_at = null where id = ?", open);
        ledger.update(
                "insert into replay (replay_id, dead_letter_id, issued_at) values (?, ?, now())",
                UUID.randomUUID().toString(),
                closed);

        sweeps.round("dead-letters", clock);
        assertThat(letters()).containsExactlyInAnyOrder(closed, open);
        clock.advance(HOUR.multipliedBy(2));
        sweeps.round("dead-letters", clock);

        assertThat(letters()).containsExactly(open);
        assertThat(ledger.column("select 1 from replay where dead_letter_id = ?", closed))
                .isEmpty();
    }

    @Test
    void theHistoryOfReplaysGoesWithTimeAndOneThatIsNotOverStays() {
        Instant ended = clock.instant().minus(sweeps.config().deadLetters()).plus(HOUR);
        for (String state : new String[] {"ENDED", "RUNNING"}) {
            ledger.update(
                    """
                    insert into replay_batch (id, state, asked_by, reason, filter, force, representative,
                        max_tenants, created_at, ended_at)
                    values (?, ?, 'ann', 'why', 'all', false, true, 1, now(),
                        case when ? = 'ENDED' then cast(? as timestamptz) end)
                    """,
                    state + tenant,
                    state,
                    state,
                    ended.toString());
            ledger.update(
                    "insert into replay_item (batch_id, position, letter_id, state) values (?, 1, ?, 'DONE')",
                    state + tenant,
                    tenant);
        }

        sweeps.round("replays", clock);
        assertThat(replayed()).containsExactlyInAnyOrder("ENDED" + tenant, "RUNNING" + tenant);
        clock.advance(HOUR.multipliedBy(2));
        sweeps.round("replays", clock);

        assertThat(replayed()).containsExactly("RUNNING" + tenant);
    }

    private List<Object> replayed() {
        return ledger.column("select batch_id from replay_item where letter_id = ?", tenant);
    }

    @Test
    void ofALifeTheNewestGenerationsAreRemembered() {
        ledger.life(tenant, 1003);
        ledger.update(
                "insert into life_generation select ?, 1, n * 10, 'h' from generate_series(1, 1003) n",
                tenant);

        sweeps.round("generations", clock);

        assertThat(
                        ledger.column(
                                "select generation from life_generation where tenant_id = ? order by generation",
                                tenant))
                .hasSize(1000)
                .startsWith(40L)
                .endsWith(10030L);
    }

    private long event(String disposition) {
        Instant received = clock.instant().minus(sweeps.config().events()).plus(HOUR);
        return (Long)
                ledger.column(
                                """
                                insert into tenant_event (tenant_id, incarnation, generation, topic, partition_no,
                                    offset_no, received_at, disposition)
                                values (?, 1, 1, ?, 0, 0, to_timestamp(? / 1000.0), ?) returning id
                                """,
                                tenant,
                                UUID.randomUUID().toString(),
                                received.toEpochMilli(),
                                disposition)
                        .getFirst();
    }

    private List<Object> events() {
        return ledger.column("select disposition from tenant_event where tenant_id = ?", tenant);
    }

    private String letter(String status, Instant closed) {
        String id = UUID.randomUUID().toString();
        ledger.update(
                """
                insert into dead_letter (id, kind, status, tenant_id, code, reason, at, closed_at)
                values (?, 'EVENT', ?, ?, 'c', 'r', now() - interval '10 years', to_timestamp(? / 1000.0))
                """,
                id,
                status,
                tenant,
                closed.toEpochMilli());
        return id;
    }

    private List<Object> letters() {
        return ledger.column("select id from dead_letter where tenant_id = ?", tenant);
    }
}
