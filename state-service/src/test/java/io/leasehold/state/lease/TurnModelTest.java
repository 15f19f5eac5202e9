package io.leasehold.state.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.StackRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the order promises. {@code TurnsIT} holds the ledger's statement against this model. */
class TurnModelTest {
    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

    private final TurnModel ledger = new TurnModel();

    private static StackRef stack(String tenant, int number) {
        return new StackRef(tenant, 1, "s%03d".formatted(number));
    }

    private void falls(String tenant, int number, Instant since, String caps) {
        ledger.falls(new TurnModel.Due(stack(tenant, number), since, caps));
    }

    private void falls(String tenant, int number, Instant since) {
        falls(tenant, number, since, "");
    }

    private List<String> serve(int times, Instant from) {
        List<String> tenants = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            ledger.serve(from.plusSeconds(i))
                    .ifPresent(stack -> tenants.add(stack.tenantId() + "/" + stack.stack()));
        }
        return tenants;
    }

    @Test
    void ofOneTenantTheLongestDueGoesFirst() {
        falls("a", 1, START.plusSeconds(2));
        falls("a", 2, START.plusSeconds(1));

        assertThat(serve(3, START.plusSeconds(10))).containsExactly("a/s002", "a/s001");
    }

    @Test
    void aTenantWithAHundredDueStacksLetsEverybodyElseGoAfterEachOfThem() {
        for (int i = 0; i < 100; i++) {
            falls("big", i, START);
        }
        falls("b", 1, START.plusSeconds(60));
        falls("c", 1, START.plusSeconds(90));
        falls("c", 2, START.plusSeconds(90));

        assertThat(serve(6, START.plusSeconds(100)))
                .containsExactly("big/s000", "b/s001", "c/s001", "big/s001", "c/s002", "big/s002");
    }

    @Test
    void whoWasServedLeastRecentlyGoesFirst() {
        ledger.served(new TurnModel.Life("a", 1), START.minusSeconds(20));
        ledger.served(new TurnModel.Life("b", 1), START.minusSeconds(30));
        falls("a", 1, START.minusSeconds(600));
        falls("b", 1, START);
        falls("new", 1, START);

        assertThat(serve(3, START.plusSeconds(1))).containsExactly("new/s001", "b/s001", "a/s001");
    }

    @Test
    void aReachedCapHoldsBackWhatItSpeaksOfAndNothingElse() {
        ledger.cap("cloud", 1);
        falls("a", 1, START, "cloud");
        falls("b", 1, START.plusSeconds(1), "cloud");
        falls("b", 2, START.plusSeconds(2));

        assertThat(serve(3, START.plusSeconds(10))).containsExactly("a/s001", "b/s002");
        ledger.ends(stack("a", 1));
        assertThat(serve(2, START.plusSeconds(20))).containsExactly("b/s001");
    }

    @Test
    void ofOneTenantEachSetOfCapsHasItsTurn() {
        for (int i = 0; i < 4; i++) {
            falls("a", i, START.plusSeconds(i), "x");
        }
        falls("a", 7, START.plusSeconds(7), "y");
        falls("a", 8, START.plusSeconds(8));

        assertThat(serve(4, START.plusSeconds(10)))
                .containsExactly("a/s000", "a/s007", "a/s008", "a/s001");
    }

    /**
     * Newcomers fall due faster than they can be served, for ever. What a tenant has due is served
     * all the same: nothing that falls due later than ten minutes after its last turn passes it.
     */
    @Test
    void nothingStarvesThoughNewcomersNeverEnd() {
        int backlog = 5;
        for (int i = 0; i < backlog; i++) {
            falls("old", i, START);
        }
        Duration aRun = Duration.ofSeconds(7);
        Duration aNewcomer = Duration.ofSeconds(5);
        List<Instant> served = new ArrayList<>();
        int newcomers = 0;
        for (Instant now = START; served.size() < backlog; now = now.plus(aRun)) {
            for (; !START.plus(aNewcomer.multipliedBy(newcomers)).isAfter(now); newcomers++) {
                falls("new-" + newcomers, 1, START.plus(aNewcomer.multipliedBy(newcomers)));
            }
            if (ledger.serve(now).orElseThrow().tenantId().equals("old")) {
                served.add(now);
            }
            assertThat(Duration.between(served.isEmpty() ? START : served.getLast(), now))
                    .isLessThanOrEqualTo(longest(served, aRun, aNewcomer));
        }
    }

    /**
     * What may go before: the newcomers of the ten minutes after the last turn, and those before it
     * that are still waiting; each of them once, since who was served goes behind.
     */
    private static Duration longest(List<Instant> served, Duration aRun, Duration aNewcomer) {
        Instant last = served.isEmpty() ? START : served.getLast();
        long mayPass = Duration.between(START, last.plus(TurnModel.AGING)).dividedBy(aNewcomer) + 2;
        return aRun.multipliedBy(mayPass - served.size());
    }
}
