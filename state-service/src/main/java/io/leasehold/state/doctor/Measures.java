package io.leasehold.state.doctor;

import io.leasehold.ledger.api.DoctorView.Measure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Says what was measured, wrong or not. Pure. */
final class Measures {
    private Measures() {}

    static List<Measure> of(Facts facts) {
        List<Measure> all = new ArrayList<>();
        all.add(new Measure("free for temporary files", Words.size(facts.machine().freeBytes())));
        Facts.Ledger ledger = facts.ledger();
        if (ledger != null) {
            all.add(
                    new Measure(
                            "clock of the service, ahead of the database",
                            ledger.clock().serviceAhead().toMillis() + " ms"));
            all.add(new Measure("schema", "migration " + ledger.schema().level()));
            all.add(new Measure("size of the database", Words.size(ledger.bytes())));
            if (ledger.work() != null) {
                all.add(new Measure("oldest row of the outbox", oldest(ledger.work())));
            }
        }
        return all;
    }

    private static String oldest(Facts.Work work) {
        return work.shards().stream()
                .map(Facts.Shard::oldest)
                .max(Duration::compareTo)
                .map(Words::time)
                .orElse("none");
    }
}
