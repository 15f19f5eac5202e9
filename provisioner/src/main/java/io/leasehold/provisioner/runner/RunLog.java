package io.leasehold.provisioner.runner;

import io.leasehold.ledger.api.LogAppend;
import io.leasehold.ledger.api.LogLine;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.ledger.LedgerRefusal;
import io.leasehold.provisioner.ledger.LedgerUnavailable;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A run's log on its way to the ledger: lines are numbered as they come and sent in batches by a
 * virtual thread, so that a slow service never slows tofu. What cannot be delivered by the end of
 * the run is dropped and counted; a run never fails for its log. Safe for many threads.
 */
final class RunLog implements AutoCloseable {

    private static final Logger LOGGER = Logger.getLogger(RunLog.class);
    private static final int BATCH = 200;
    private static final long GATHER_MILLIS = 200;
    private static final long CLOSE_MILLIS = 5_000;

    private final Ledger ledger;
    private final String runId;
    private final @Nullable String leaseId;
    private final Clock clock;
    private final BlockingQueue<LogLine> lines = new LinkedBlockingQueue<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final Thread sender;
    private long seq;

    RunLog(Ledger ledger, String runId, @Nullable String leaseId, Clock clock) {
        this.ledger = ledger;
        this.runId = runId;
        this.leaseId = leaseId;
        this.clock = clock;
        this.sender = Thread.ofVirtual().name("log-" + runId).start(this::send);
    }

    /** Adds a line that tofu printed. */
    void add(LogLine line) {
        add(line.atMillis(), line.type(), line.text());
    }

    /** Adds a line of the worker's own. */
    void say(String text) {
        add(clock.millis(), "worker", text);
    }

    private synchronized void add(long atMillis, String type, String text) {
        seq++;
        lines.add(new LogLine(seq, atMillis, type, text));
    }

    private void send() {
        try {
            List<LogLine> batch = new ArrayList<>();
            while (!closing.get() || !lines.isEmpty()) {
                LogLine first = lines.poll(GATHER_MILLIS, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                batch.add(first);
                lines.drainTo(batch, BATCH - 1);
                LogAppend append = new LogAppend(leaseId, batch);
                ledger.persistently(
                        "log",
                        () -> !closing.get(),
                        api -> {
                            api.log(runId, append);
                            return true;
                        });
                batch.clear();
            }
        } catch (LedgerRefusal | LedgerUnavailable e) {
            LOGGER.warnf(
                    "run log is incomplete runId=%s lines=%d reason=%s",
                    runId, lines.size(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits, a few seconds at most, until everything is delivered. */
    @Override
    public void close() {
        closing.set(true);
        try {
            sender.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
