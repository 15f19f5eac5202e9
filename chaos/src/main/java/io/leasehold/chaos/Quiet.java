package io.leasehold.chaos;

import io.leasehold.cli.CommandFailure;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Waits until the ledger has come to rest. For one thread. */
final class Quiet {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final LedgerLook ledger;
    private final Map<Life, Wish> wanted;
    private final Duration patience;

    /**
     * @param patience so long with no life more at rest means that there will be none
     */
    Quiet(LedgerLook ledger, Map<Life, Wish> wanted, Duration patience) {
        this.ledger = ledger;
        this.wanted = wanted;
        this.patience = patience;
    }

    /**
     * Returns when every life is what it should be, or none comes to rest any more.
     *
     * @return whether every life is
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
            return unsettled > 0 ? unsettled + 1 : ledger.locks().isEmpty() ? 0 : 1;
        } catch (CommandFailure _) {
            // It is just being started again.
            return Integer.MAX_VALUE;
        }
    }
}
