package io.leasehold.chaos;

import io.leasehold.embedded.platform.Service;
import io.leasehold.faults.Moment;
import io.leasehold.faults.Step;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** One kill of the plan. */
sealed interface Hit {
    /** When after the beginning. */
    Duration at();

    /** Who may be killed; one of them is. */
    List<Service> victims();

    /** Whatever it is doing. */
    record AtOnce(Duration at, Service victim) implements Hit {
        @Override
        public List<Service> victims() {
            return List.of(victim);
        }
    }

    /** When one of those who have the step reaches it the next time. */
    record AtStep(Duration at, Step step, Moment moment) implements Hit {
        private static final Set<Step> WITH_BROKER =
                Set.of(Step.INTAKE, Step.DRAIN, Step.PUBLISHED);

        /** Runs go on in two processes, and of those one has to do with the broker. */
        @Override
        public List<Service> victims() {
            return switch (step.service()) {
                case STATE_SERVICE -> List.of(Service.STATE_SERVICE);
                case PROVISIONER ->
                        WITH_BROKER.contains(step)
                                ? List.of(Service.PROVISIONER)
                                : List.of(Service.RUNNER, Service.PROVISIONER);
            };
        }

        /** The step in words. */
        String words() {
            return "%s %s".formatted(moment, step);
        }
    }
}
