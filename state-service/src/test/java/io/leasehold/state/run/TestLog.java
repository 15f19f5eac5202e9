package io.leasehold.state.run;

import io.leasehold.ledger.api.LogAppend;
import io.leasehold.state.Ledger;
import jakarta.enterprise.context.ApplicationScoped;

/** Appends to logs of runs as a worker does. */
@ApplicationScoped
public class TestLog {
    private final RunLog log;

    TestLog(RunLog log) {
        this.log = log;
    }

    public void append(String runId, LogAppend append) {
        Ledger.await(() -> log.append(runId, append));
    }
}
