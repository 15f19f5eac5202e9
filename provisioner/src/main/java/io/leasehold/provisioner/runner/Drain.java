package io.leasehold.provisioner.runner;

import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * How a worker comes to its end that is told to stop. What is at work has the time of its own
 * limits, and there is no other clock, unless the worker will be killed at a known time.
 */
final class Drain {

    private static final Logger LOGGER = Logger.getLogger(Drain.class);

    private Drain() {}

    /** What is at work and takes nothing more. */
    interface AtWork {

        /**
         * Waits for as long as it takes; false when the waiting thread was interrupted, which keeps
         * its flag. Each run is ended by its own limits, but for one: a state that is being handed
         * over is waited for while the lease can be proved, and so without an end where heartbeats
         * arrive and that state never does.
         */
        boolean ends();

        /** Waits; false when it has not ended by then. */
        boolean endsWithin(Duration time);

        /** Asks it to stop and to save its state. */
        void stop();
    }

    /**
     * Waits until nothing is at work any more.
     *
     * @param waitsForNobody called when nothing is to wait for a state service that is away
     * @return false when something is still at work
     */
    static boolean end(AtWork atWork, RunnerConfig config, Runnable waitsForNobody) {
        String longest = config.drain().map(Duration::toString).orElse("unlimited");
        LOGGER.infof("no more work is taken, what is at work goes on longest=%s", longest);
        boolean ended = config.drain().map(atWork::endsWithin).orElseGet(atWork::ends);
        waitsForNobody.run();
        if (ended) {
            return true;
        }
        // Or nobody would wait for what is to save its state.
        boolean interrupted = Thread.interrupted();
        LOGGER.warnf(
                "what is at work is asked to stop longest=%s interrupted=%s", longest, interrupted);
        try {
            atWork.stop();
            return atWork.endsWithin(config.grace());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
