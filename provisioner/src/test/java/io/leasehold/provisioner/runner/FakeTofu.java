package io.leasehold.provisioner.runner;

import io.leasehold.ledger.api.Delta;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.stateproxy.StateReport;
import io.leasehold.provisioner.tofu.SavedPlan;
import io.leasehold.provisioner.tofu.TofuCommand;
import io.leasehold.provisioner.tofu.TofuHandle;
import io.leasehold.provisioner.tofu.TofuListener;
import io.leasehold.provisioner.tofu.TofuRequest;
import io.leasehold.provisioner.tofu.TofuResult;
import io.leasehold.provisioner.tofu.TofuRunner;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** A tofu that does what a test says. Safe for many threads. */
final class FakeTofu implements TofuRunner {

    static final SavedPlan PLAN = new SavedPlan(new byte[] {1, 2, 3});

    final List<TofuRequest> started = new CopyOnWriteArrayList<>();
    final BlockingQueue<Handle> atWork = new LinkedBlockingQueue<>();

    /** Called with each handle as it starts; ends it, or leaves that to the test. */
    volatile Consumer<Handle> onStart = Handle::succeed;

    @Override
    public TofuHandle start(TofuRequest request, TofuListener listener) {
        Handle handle = new Handle(request);
        started.add(request);
        atWork.add(handle);
        onStart.accept(handle);
        return handle;
    }

    @Override
    public String tofuVersion() {
        return "1.12.6";
    }

    /** One tofu at work. */
    static final class Handle implements TofuHandle {
        final TofuRequest request;
        final List<String> calls = new CopyOnWriteArrayList<>();
        volatile TofuResult.Left leftWhenFenced = TofuResult.Left.NOTHING;
        private final CompletableFuture<TofuResult> result = new CompletableFuture<>();

        Handle(TofuRequest request) {
            this.request = request;
        }

        void succeed() {
            boolean plan = request.command() instanceof TofuCommand.Plan;
            end(
                    new ProcessOutcome.Exited(0),
                    new TofuResult.Left(
                            plan ? Optional.of(PLAN) : Optional.empty(),
                            Optional.empty(),
                            Optional.empty()));
        }

        void end(ProcessOutcome outcome, TofuResult.Left left) {
            result.complete(
                    new TofuResult(
                            outcome,
                            List.of(),
                            new Delta(1, 0, 0),
                            StateReport.NONE,
                            left,
                            Set.of()));
        }

        @Override
        public TofuResult await() throws InterruptedException {
            try {
                return result.get();
            } catch (ExecutionException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void interrupt(String reason) {
            calls.add("interrupt");
            end(new ProcessOutcome.Stopped(reason, 1), TofuResult.Left.NOTHING);
        }

        @Override
        public void fence(String reason) {
            calls.add("fence");
            end(new ProcessOutcome.Stopped(reason, 137), leftWhenFenced);
        }

        @Override
        public boolean writeInFlight() {
            return false;
        }
    }
}
