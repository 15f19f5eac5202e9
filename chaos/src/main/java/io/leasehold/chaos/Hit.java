package io.leasehold.chaos;

import io.leasehold.embedded.platform.Service;
import io.leasehold.faults.Moment;
import io.leasehold.faults.Step;
import java.time.Duration;

/** One kill of the plan. */
sealed interface Hit {
    /** When after the beginning. */
    Duration at();

    /** Who is killed. */
    Service victim();

    /** Whatever it is doing. */
    record AtOnce(Duration at, Service victim) implements Hit {}

    /** When it reaches a step the next time. */
    record AtStep(Duration at, Service victim, Step step, Moment moment) implements Hit {
        /** The step in words. */
        String words() {
            return "%s %s".formatted(moment, step);
        }
    }
}
