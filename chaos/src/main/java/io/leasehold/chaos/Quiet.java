package io.leasehold.chaos;

import io.leasehold.cli.CommandFailure;
import io.leasehold.ledger.api.Disposition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Waits until the ledger has come to rest. For one thread. */
final class Quiet {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final LedgerLook ledger;
    private final Map<Life, Wish> wanted;
    private final List<Acknowledged> sent;
    private final Duration patience;

    /**
     * @param sent all that the broker has
     * @param patience so long with no life more at rest means that there will be none
     */
    Quiet(LedgerLook ledger, Map<Life, Wish> wanted, List<Acknowledged> sent, Duration patience) {
        this.ledger = ledger;
        this.wanted = wanted;
        this.sent = List.copyOf(sent);
        this.patience = patience;
    }

    /**
     * Returns when every life is what it should be and every event has its end, or none comes to
     * rest any more.
     *
     * @return whether all is so
     */
    boolean await() throws InterruptedException {
        int fewest = Integer.MAX_VALUE;
        long progress = System.nanoTime();
        while (System.nanoTime() - progress < patience.toNanos()) {
            int left = left();
            if (left == 0) {
                return true;
            }
            if (left < fewest) {
                fewest = left;
                progress = System.nanoTime();
            }
            TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
        }
        return false;
    }

    private int left() {
        try {
            int unsettled = ledger.unsettled(wanted).size();
            // A stack that is ready may still be held by who made it ready.
            if (unsettled > 0 || !ledger.locks().isEmpty()) {
                return sent.size() + 1 + unsettled;
            }
            return withoutEnd();
        } catch (CommandFailure _) {
            // It is just being started again.
            return Integer.MAX_VALUE;
        }
    }

    /** No life waits for old news, such as what was sent twice: they may not have been read yet. */
    private int withoutEnd() {
        Map<Acknowledged.Place, Disposition> ends = ledger.ends(wanted.keySet());
        return (int)
                sent.stream()
                        .map(event -> ends.getOrDefault(event.place(), Disposition.PENDING))
                        .filter(end -> end == Disposition.PENDING || end == Disposition.BEHIND)
                        .count();
    }
}
