package io.leasehold.state.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.audit.AuditRows.Horizon;
import org.junit.jupiter.api.Test;

class AuditTailTest {
    private final AuditTail tail = new AuditTail();

    @Test
    void whenNothingIsAtWorkEverythingThatIsSeenIsSettled() {
        assertThat(tail.settled(new Horizon(11, 500, 500))).isEqualTo(11);
    }

    @Test
    void anEntryWaitsForEveryTransactionThatHadBegunWhenItWasSeen() {
        assertThat(tail.settled(new Horizon(11, 500, 502))).isZero();
        assertThat(tail.settled(new Horizon(12, 501, 510))).isZero();

        assertThat(tail.settled(new Horizon(13, 502, 510))).isEqualTo(11);
    }

    @Test
    void whatWasSeenLaterWaitsForItsOwn() {
        assertThat(tail.settled(new Horizon(11, 500, 502))).isZero();
        assertThat(tail.settled(new Horizon(13, 505, 510))).isEqualTo(11);

        assertThat(tail.settled(new Horizon(14, 509, 511))).isZero();
        assertThat(tail.settled(new Horizon(15, 511, 512))).isEqualTo(14);
    }
}
