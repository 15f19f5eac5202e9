package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.module.Template;
import io.leasehold.provisioner.module.TemplateResult;
import io.leasehold.provisioner.module.Templates;
import io.leasehold.provisioner.stateproxy.StateUpstream;
import io.leasehold.provisioner.tofu.TofuCommand;
import io.leasehold.provisioner.tofu.TofuRequest;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run of a stack by a fake tofu against a fake ledger: what the tests of it share. */
@Timeout(20)
abstract class LifecycleRuns {
    final FakeLedger service = new FakeLedger();
    final Ledger ledger = new Ledger(service);
    final FakeTofu tofu = new FakeTofu();
    TemplateResult template =
            new TemplateResult.Ready(new Template(Path.of("/t"), "d", "l", "1.12.6"));
    boolean prepared;
    final Deque<StateUpstream.StateWrite> writes = new ArrayDeque<>();

    Runnable onWrite = () -> {};

    @TempDir Path folder;

    static ErrorCode failure(RunEnding ending) {
        assertThat(ending).isInstanceOf(RunEnding.Failed.class);
        return ((RunEnding.Failed) ending).code();
    }

    RunEnding run(boolean direct) throws InterruptedException, IOException {
        return run(Claims.apply("acme", "database", direct));
    }

    private Templates templates() {
        return new Templates() {
            @Override
            public TemplateResult of(String moduleDigest) {
                return template;
            }

            @Override
            public boolean known(String moduleDigest) {
                return prepared;
            }
        };
    }

    RunEnding run(Claim claim) throws InterruptedException, IOException {
        RunnerConfig config =
                new SmallRyeConfigBuilder()
                        .withMapping(RunnerConfig.class)
                        .withDefaultValue("leasehold.runner.heartbeat", "PT0.01S")
                        .withConverter(Duration.class, 200, new DurationConverter())
                        .build()
                        .getConfigMapping(RunnerConfig.class);
        RunTools tools =
                new RunTools(
                        ledger,
                        templates(),
                        tofu,
                        Deliveries.to(folder, _ -> upstream()),
                        Deliveries.outcomes(folder),
                        Bindings.NONE,
                        config,
                        Clock.systemUTC());
        return CarriedOut.of(tools, claim);
    }

    List<TofuCommand> commands() {
        return tofu.started.stream().map(TofuRequest::command).toList();
    }

    private StateUpstream upstream() {
        return new StateUpstream() {
            @Override
            public StateRead get() {
                return new StateRead.Absent();
            }

            @Override
            public StateWrite post(byte[] state, String contentMd5) {
                onWrite.run();
                StateWrite next = writes.poll();
                return next == null ? new StateWrite.Accepted() : next;
            }
        };
    }
}
