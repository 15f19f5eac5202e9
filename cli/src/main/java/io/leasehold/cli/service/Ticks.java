package io.leasehold.cli.service;

import java.util.concurrent.locks.LockSupport;

/** How time passes for a command. */
public interface Ticks {
    /** As it passes on this machine. */
    Ticks SYSTEM =
            new Ticks() {
                @Override
                public long nanos() {
                    return System.nanoTime();
                }

                @Override
                public void park(long nanos) {
                    LockSupport.parkNanos(nanos);
                }
            };

    /** Since some moment; only differences mean something. */
    long nanos();

    /** Waits for at most so long; may come back early, and does at once when interrupted. */
    void park(long nanos);
}
