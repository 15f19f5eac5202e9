package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.HeartbeatReply.Instruction;
import io.leasehold.ledger.api.Lease;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.provisioner.ledger.Ledger;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LeaseKeeperTest {

    private final FakeLedger service = new FakeLedger();
    private final Ledger ledger = new Ledger(service);
    private final Heard heard = new Heard();

    @Test
    void tellsOfALeaseThatTheLedgerGaveAway() throws InterruptedException {
        try (LeaseKeeper keeper = keeper(30_000)) {
            service.leaseLost = true;

            assertThat(heard.lost.poll(10, TimeUnit.SECONDS)).contains("somebody else");
            assertThat(keeper.lost()).isTrue();
        }
    }

    @Test
    void givesUpWhenTheLeaseCanNoLongerBeProved() throws InterruptedException {
        service.away = true;
        try (LeaseKeeper keeper = keeper(300)) {
            assertThat(heard.lost.poll(10, TimeUnit.SECONDS)).contains("proved");
            assertThat(keeper.lost()).isTrue();
        }
    }

    @Test
    void outlivesAnOutageThatIsShorterThanTheLease() throws InterruptedException {
        service.away = true;
        try (LeaseKeeper keeper = keeper(30_000)) {
            service.beats.take();
            service.away = false;

            assertThat(keeper.enter(RunPhase.APPLYING)).isEqualTo(Instruction.CONTINUE);
            assertThat(keeper.lost()).isFalse();
        }
    }

    @Test
    void passesOnWhatTheLedgerWants() throws InterruptedException {
        service.instruction = Instruction.DROP;
        try (LeaseKeeper keeper = keeper(30_000)) {
            assertThat(heard.instructions.poll(10, TimeUnit.SECONDS)).isEqualTo(Instruction.DROP);
            assertThat(keeper.lost()).isFalse();
        }
    }

    private LeaseKeeper keeper(long remainingMillis) {
        Claim claim = Claims.apply("acme", "database", true);
        Lease lease = Objects.requireNonNull(claim.lease());
        LeaseTime time =
                new LeaseTime(
                        System::nanoTime,
                        System::currentTimeMillis,
                        new LeaseTime.Sent(System.nanoTime(), System.currentTimeMillis()),
                        remainingMillis);
        return new LeaseKeeper(ledger, claim, lease, time, Duration.ofMillis(20), heard);
    }

    private static final class Heard implements LeaseKeeper.Watcher {
        final BlockingQueue<String> lost = new LinkedBlockingQueue<>();
        final BlockingQueue<Instruction> instructions = new LinkedBlockingQueue<>();

        @Override
        public void onLost(String reason) {
            lost.add(reason);
        }

        @Override
        public void onInstruction(Instruction instruction) {
            instructions.add(instruction);
        }
    }
}
