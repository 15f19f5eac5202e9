package io.leasehold.bench.state;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.events.EventJson;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.WorkerRegistration;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** Claims runs, and ends them, as workers do. */
final class Claiming {
    private final Crowd crowd;
    private final Deployment deployment;

    Claiming(Crowd crowd, Deployment deployment) {
        this.crowd = crowd;
        this.deployment = deployment;
    }

    /**
     * Workers take so many runs together.
     *
     * @param finish whether each is ended at once
     */
    Measured measure(String what, int workers, int runs, boolean finish)
            throws InterruptedException {
        AtomicInteger left = new AtomicInteger(runs);
        return crowd.measure(
                what,
                workers,
                (_, tally) -> {
                    try (Wire wire = deployment.connect(Deployment.Caller.WORKER)) {
                        Worker worker = new Worker(wire, tally);
                        worker.register();
                        while (left.getAndDecrement() > 0) {
                            worker.run(finish);
                        }
                    }
                });
    }

    private static final class Worker {
        private final Wire wire;
        private final Tally tally;
        private final String name = "bench-" + UUID.randomUUID();
        private final String boot = UUID.randomUUID().toString();

        Worker(Wire wire, Tally tally) {
            this.wire = wire;
            this.tally = tally;
        }

        void register() throws IOException {
            wire.send("POST", Paths.WORKERS, EventJson.write(new WorkerRegistration(name, boot)))
                    .mustBe(204);
        }

        void run(boolean finish) throws IOException {
            byte[] asked =
                    EventJson.write(
                            new ClaimRequest(
                                    name,
                                    boot,
                                    UUID.randomUUID().toString(),
                                    Lane.LIFECYCLE,
                                    1000));
            long since = System.nanoTime();
            Wire.Answer answer = wire.send("POST", Paths.CLAIMS, asked);
            tally.took("claim", since);
            if (answer.status() != 200) {
                tally.error();
                return;
            }
            if (finish) {
                finish(EventJson.read(answer.body(), JsonNode.class));
            }
            tally.done(1);
        }

        private void finish(JsonNode claim) throws IOException {
            byte[] outcome =
                    EventJson.write(
                            new OutcomeRequest(
                                    claim.at("/lease/leaseId").asText(),
                                    OutcomeRequest.Result.SUCCEEDED,
                                    null,
                                    null,
                                    false,
                                    Delta.NONE,
                                    "1.11.0"));
            String path = Paths.OUTCOME.replace("{runId}", claim.path("runId").asText());
            long since = System.nanoTime();
            wire.send("POST", path, outcome).mustBe(204);
            tally.took("outcome", since);
        }
    }
}
