package io.leasehold.state.tfstate;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Shares out a number of bytes, first come, first served. A share larger than all there is gets all
 * there is, so that nobody waits for ever. Safe for use by any thread; what is run is run outside
 * the lock.
 */
final class BodyBudget {
    private final long all;
    private long free;
    private final Deque<Share> waiting = new ArrayDeque<>();

    BodyBudget(long all) {
        this.all = all;
        this.free = all;
    }

    /** Asks for a share; {@code granted} is run when it is there, perhaps at once. */
    Share ask(long bytes, Runnable granted) {
        Share share = new Share(Math.min(bytes, all), granted);
        synchronized (this) {
            waiting.add(share);
        }
        serve();
        return share;
    }

    private void serve() {
        while (true) {
            Share next;
            synchronized (this) {
                next = waiting.peek();
                if (next == null || next.bytes > free) {
                    return;
                }
                waiting.remove();
                free -= next.bytes;
                next.held = true;
            }
            next.granted.run();
        }
    }

    /** A part of the budget, asked for or held. */
    final class Share {
        private final long bytes;
        private final Runnable granted;
        private boolean held;

        private Share(long bytes, Runnable granted) {
            this.bytes = bytes;
            this.granted = granted;
        }

        /** Stops asking; true when it was still being asked for, and then it is never granted. */
        boolean giveUp() {
            boolean asked;
            synchronized (BodyBudget.this) {
                asked = waiting.remove(this);
            }
            serve();
            return asked;
        }

        /** Gives back what is held, and stops asking. Again it does nothing. */
        void release() {
            synchronized (BodyBudget.this) {
                waiting.remove(this);
                if (held) {
                    held = false;
                    free += bytes;
                }
            }
            serve();
        }
    }
}
