package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeaseTimeTest {

    private long nanos;
    private long millis;

    private LeaseTime lease(long remainingMillis) {
        return new LeaseTime(
                () -> nanos, () -> millis, new LeaseTime.Sent(nanos, millis), remainingMillis);
    }

    @Test
    void countsFromWhenTheHeartbeatWasSentNotFromWhenItWasAnswered() {
        LeaseTime lease = lease(10_000);
        LeaseTime.Sent sent = lease.now();
        pass(Duration.ofSeconds(4));

        lease.proved(sent, 30_000);

        assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(26));
    }

    @Test
    void believesTheWallClockWhenTheMonotonicOneSleptWithTheMachine() {
        LeaseTime lease = lease(30_000);

        millis += 31_000;

        assertThat(lease.remaining()).isZero();
    }

    @Test
    void believesTheMonotonicClockWhenSomebodySetTheWallClockBack() {
        LeaseTime lease = lease(30_000);

        nanos += 31_000_000_000L;
        millis -= 3_600_000;

        assertThat(lease.remaining()).isZero();
    }

    @Test
    void isNeverNegative() {
        LeaseTime lease = lease(5);

        pass(Duration.ofHours(1));

        assertThat(lease.remaining()).isZero();
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        millis += time.toMillis();
    }
}
