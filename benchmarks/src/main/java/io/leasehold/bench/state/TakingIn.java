package io.leasehold.bench.state;

import io.leasehold.bench.BenchFailedException;
import io.leasehold.events.EventJson;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.IntakeReply;
import io.leasehold.ledger.api.Paths;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Hands in events as provisioners do: each its own partition, one batch after the other. */
final class TakingIn {
    private final Crowd crowd;
    private final Deployment deployment;
    private final List<Events> partitions;

    TakingIn(Crowd crowd, Deployment deployment, int partitions, int batch) {
        this.crowd = crowd;
        this.deployment = deployment;
        this.partitions =
                IntStream.range(0, partitions)
                        .mapToObj(number -> new Events(number, partitions, batch))
                        .toList();
    }

    /** Tenants of that prefix, from a number on, are wanted so. */
    record Wanted(String prefix, int from, int count, long generation, String note) {
        List<Events.Wish> of(int partition, int partitions) {
            return IntStream.range(from, from + count)
                    .filter(number -> number % partitions == partition)
                    .mapToObj(number -> new Events.Wish(prefix + number, generation, note))
                    .toList();
        }
    }

    /** Every event must get that disposition, or have had it by the end of its batch. */
    Measured measure(String what, Wanted wanted, Disposition expected) throws InterruptedException {
        List<List<byte[]>> requests = new ArrayList<>();
        for (int i = 0; i < partitions.size(); i++) {
            requests.add(partitions.get(i).requests(wanted.of(i, partitions.size())));
        }
        return crowd.measure(
                what,
                partitions.size(),
                (number, tally) -> handIn(requests.get(number), expected, tally));
    }

    private void handIn(List<byte[]> requests, Disposition expected, Tally tally)
            throws IOException {
        try (Wire wire = deployment.connect(Deployment.Caller.INTAKE)) {
            for (byte[] request : requests) {
                long since = System.nanoTime();
                byte[] body = wire.send("POST", Paths.INTAKE, request).mustBe(200).body();
                tally.took("batch", since);
                for (IntakeReply.Verdict verdict :
                        EventJson.read(body, IntakeReply.class).verdicts()) {
                    if (verdict.disposition() != expected) {
                        throw new BenchFailedException("an event became " + verdict);
                    }
                    tally.done(1);
                }
            }
        }
    }
}
