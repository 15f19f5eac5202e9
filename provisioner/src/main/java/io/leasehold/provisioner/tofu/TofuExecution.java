package io.leasehold.provisioner.tofu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.provisioner.door.Traffic;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.sandbox.SandboxedRun;
import io.leasehold.provisioner.stateproxy.StateProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jboss.logging.Logger;

/**
 * One tofu at work. A virtual thread waits for its end, collects what it left and gives back the
 * slot, whether or not anybody awaits it.
 */
final class TofuExecution implements TofuHandle {

    private static final Logger LOGGER = Logger.getLogger(TofuExecution.class);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final TofuRequest request;
    private final SandboxedRun run;
    private final StateProxy proxy;
    private final StreamCollector stream;
    private final CompletableFuture<TofuResult> result = new CompletableFuture<>();

    TofuExecution(TofuRequest request, SandboxedRun run, StateProxy proxy, StreamCollector stream) {
        this.request = request;
        this.run = run;
        this.proxy = proxy;
        this.stream = stream;
        Thread.ofVirtual().name("tofu-" + request.runId()).start(this::follow);
    }

    @Override
    public TofuResult await() throws InterruptedException {
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a run could not be followed", e.getCause());
        }
    }

    @Override
    public void interrupt(String reason) {
        run.interrupt(reason);
    }

    @Override
    public void fence(String reason) {
        proxy.close();
        run.fence(reason);
    }

    @Override
    public boolean writeInFlight() {
        return proxy.writeInFlight();
    }

    private void follow() {
        try {
            TofuResult ended = end();
            result.complete(ended);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            result.completeExceptionally(e);
        } catch (IOException | RuntimeException | Error e) {
            // Whoever awaits must learn of it, also that memory ran out: the lease is beaten on.
            result.completeExceptionally(e);
        }
    }

    /** The slot is given back before anybody learns of the end: the next run may follow at once. */
    private TofuResult end() throws InterruptedException, IOException {
        try {
            ProcessOutcome outcome = run.await();
            proxy.close();
            stream.end();
            Traffic.words(run.traffic()).ifPresent(stream::say);
            return new TofuResult(
                    outcome,
                    diagnostics(outcome),
                    stream.delta(),
                    proxy.report(),
                    left(outcome),
                    run.shortages());
        } finally {
            run.release();
        }
    }

    private List<Diagnostic> diagnostics(ProcessOutcome outcome) {
        List<Diagnostic> all = new ArrayList<>(stream.diagnostics());
        if (outcome instanceof ProcessOutcome.Exited(int code) && code == ProcessOutcome.CRASHED) {
            stream.crash().ifPresent(all::add);
        }
        return all;
    }

    private TofuResult.Left left(ProcessOutcome outcome) throws IOException {
        if (outcome instanceof ProcessOutcome.FailedToStart) {
            return TofuResult.Left.NOTHING;
        }
        return switch (request.command()) {
            case TofuCommand.DirectApply(), TofuCommand.DirectDestroy(), TofuCommand.ApplyPlan _ ->
                    new TofuResult.Left(Optional.empty(), Optional.empty(), erroredState());
            case TofuCommand.Plan _ ->
                    outcome.succeeded()
                            ? new TofuResult.Left(
                                    Optional.of(new SavedPlan(bytes(TofuLine.PLAN))),
                                    Optional.empty(),
                                    Optional.empty())
                            : TofuResult.Left.NOTHING;
            // A state it could not hand over says nothing that was not known before.
            case TofuCommand.ChangeState _ -> TofuResult.Left.NOTHING;
            case TofuCommand.ShowPlan _ ->
                    outcome.succeeded()
                            ? new TofuResult.Left(
                                    Optional.empty(), Optional.of(shown()), Optional.empty())
                            : TofuResult.Left.NOTHING;
        };
    }

    private JsonNode shown() throws IOException {
        return JSON.readTree(stream.shown());
    }

    private Optional<byte[]> erroredState() throws IOException {
        byte[] state = bytes(TofuLine.ERRORED_STATE);
        if (state.length == 0) {
            return Optional.empty();
        }
        LOGGER.warnf("tofu left a state it could not hand over runId=%s", request.runId());
        return Optional.of(state);
    }

    /** A file of ours that the run wrote into; what it is was decided before the run. */
    private byte[] bytes(String name) throws IOException {
        Path file = run.written(name);
        try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return in.readAllBytes();
        }
    }
}
