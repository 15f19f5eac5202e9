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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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

    /** A run that ends within it has its log sent as a whole. */
    private static final long GATHER_MILLIS = 1_000;

    private static final long CLOSE_MILLIS = 5_000;

    private final Ledger ledger;
    private final String runId;
    private final @Nullable String leaseId;
    private final Clock clock;
    private final BlockingQueue<LogLine> lines = new LinkedBlockingQueue<>();
    private final CountDownLatch closing = new CountDownLatch(1);
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
            while (gather(batch)) {
                LogAppend append = new LogAppend(leaseId, batch);
                ledger.persistently(
                        "log",
                        () -> closing.getCount() > 0,
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

    /** Waits until there is something to send. False when there is nothing and nothing comes. */
    private boolean gather(List<LogLine> batch) throws InterruptedException {
        boolean closed = false;
        while (batch.isEmpty() && !closed) {
            // Asked before the lines are taken: what is said before the end is taken then.
            closed =
                    lines.size() < BATCH
                            ? closing.await(GATHER_MILLIS, TimeUnit.MILLISECONDS)
                            : closing.getCount() == 0;
            lines.drainTo(batch, BATCH);
        }
        return !batch.isEmpty();
    }

    /** Nothing is added any more; what there is is on its way. Does not wait. */
    @Override
    public void close() {
        closing.countDown();
    }

    /** Waits, a few seconds at most, until everything is delivered. */
    void awaitDelivery() {
        try {
            sender.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
