package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.HeartbeatReply;
import io.leasehold.ledger.api.HeartbeatReply.Instruction;
import io.leasehold.ledger.api.HeartbeatRequest;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.LogAppend;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.provisioner.ProvisionerIdentity;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.ledger.LedgerConfig;
import io.leasehold.provisioner.ledger.SilentLedger;
import io.leasehold.provisioner.module.Template;
import io.leasehold.provisioner.module.TemplateResult;
import io.leasehold.provisioner.tofu.TofuHandle;
import io.leasehold.provisioner.tofu.TofuListener;
import io.leasehold.provisioner.tofu.TofuRequest;
import io.leasehold.provisioner.tofu.TofuResult;
import io.leasehold.provisioner.tofu.TofuRunner;
import io.smallrye.config.SmallRyeConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loop of one slot, as far as it is not the run's own. */
class SlotTest {

    @TempDir Path folder;

    private final List<String> fenced = new CopyOnWriteArrayList<>();
    private final List<OutcomeRequest> outcomes = new CopyOnWriteArrayList<>();
    private final TwoClaims service = new TwoClaims();
    private final Ledger ledger = new Ledger(service);

    @Test
    void aRunThatCannotBeFollowedIsFencedAndTheSlotTakesTheNext() throws IOException {
        SmallRyeConfig config = RunnerSettings.defaults();

        new Slot(
                        new RunTools(
                                ledger,
                                _ ->
                                        new TemplateResult.Ready(
                                                new Template(Path.of("/t"), "d", "l", "1.12.6")),
                                new TofuThatIsLostOnce(),
                                Deliveries.to(
                                        folder,
                                        _ -> {
                                            throw new AssertionError("no state is stored here");
                                        }),
                                Deliveries.outcomes(folder),
                                Bindings.NONE,
                                config.getConfigMapping(RunnerConfig.class),
                                Clock.systemUTC()),
                        new ProvisionerIdentity(() -> Optional.of("worker")),
                        config.getConfigMapping(LedgerConfig.class),
                        Lane.LIFECYCLE,
                        () -> {
                            throw new AssertionError("not superseded");
                        })
                .run();

        assertThat(fenced).hasSize(1);
        assertThat(outcomes)
                .singleElement()
                .satisfies(outcome ->
                        assertThat(outcome.result()).isEqualTo(OutcomeRequest.Result.SUCCEEDED));
    }

    /** Gives two runs, then stops the worker. */
    private final class TwoClaims extends SilentLedger {
        private int asked;

        @Override
        public @Nullable Claim claim(ClaimRequest request) {
            asked++;
            if (asked > 2) {
                ledger.stop();
                return null;
            }
            return Claims.apply("acme", "database", true);
        }

        @Override
        public HeartbeatReply heartbeat(String runId, HeartbeatRequest request) {
            return new HeartbeatReply(30_000, Instruction.CONTINUE);
        }

        @Override
        public void log(String runId, LogAppend lines) {}

        @Override
        public void outcome(String runId, OutcomeRequest outcome) {
            outcomes.add(outcome);
        }
    }

    /** The first tofu can not be followed; the others succeed. */
    private final class TofuThatIsLostOnce implements TofuRunner {
        private final FakeTofu succeeding = new FakeTofu();
        private boolean lost;

        @Override
        public TofuHandle start(TofuRequest request, TofuListener listener) {
            if (lost) {
                return succeeding.start(request, listener);
            }
            lost = true;
            return new TofuHandle() {
                @Override
                public TofuResult await() {
                    throw new IllegalStateException("a run could not be followed");
                }

                @Override
                public void interrupt(String reason) {}

                @Override
                public void fence(String reason) {
                    fenced.add(reason);
                }

                @Override
                public boolean writeInFlight() {
                    return false;
                }
            };
        }

        @Override
        public String tofuVersion() {
            return succeeding.tofuVersion();
        }
    }
}
