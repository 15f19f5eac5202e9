package io.leasehold.state.audit;

import io.leasehold.state.audit.AuditRows.Horizon;
import org.jspecify.annotations.Nullable;

/**
 * Finds up to which id all entries are there. Ids are given out before their transactions commit,
 * so a higher one may be seen before a lower one; who only remembered the highest would miss the
 * other for good. When an entry is the newest to be seen, whatever has a lower id belongs to a
 * transaction that has begun by then: once all of those have ended, nothing below is still to come.
 *
 * <p>Nothing but time and the table decides, so any process may go on where another stopped. For
 * one follower.
 */
final class AuditTail {
    private @Nullable Horizon pending;

    /**
     * Takes one look; gives the id up to which nothing is still to come, or 0 if that is unknown.
     */
    long settled(Horizon now) {
        Horizon asked = pending == null ? now : pending;
        if (now.oldestAtWork() >= asked.nextToBegin()) {
            pending = null;
            return asked.newest();
        }
        pending = asked;
        return 0;
    }
}
