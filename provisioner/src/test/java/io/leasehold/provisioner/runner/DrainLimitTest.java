package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.provisioner.workshop.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** For how long a worker that is told to stop waits for what is at work. */
class DrainLimitTest {

    /** More than any limit that a stack can have. */
    private static final Duration LONG = Duration.ofDays(2);

    private static final Duration GRACE = Duration.ofMinutes(5);

    private final List<String> calls = new ArrayList<>();

    @Test
    void unlessSomebodySaysOtherwiseARunHasAllTheTimeOfItsOwnLimits() {
        assertThat(end(new Run(LONG, Duration.ZERO), Map.of())).isTrue();

        assertThat(calls).containsExactly("waited PT48H", "waits for nobody");
    }

    @Test
    void whatEndsWithinTheTimeOfThePlatformIsNotAskedToStop() {
        assertThat(end(new Run(Duration.ofMinutes(30), Duration.ZERO), capped("PT30M"))).isTrue();

        assertThat(calls).containsExactly("waited PT30M", "waits for nobody");
    }

    @Test
    void whatTakesLongerIsAskedToStopOnceNobodyWaitsForTheServiceAnyMore() {
        assertThat(end(new Run(LONG, GRACE), capped("PT30M"))).isTrue();

        assertThat(calls)
                .containsExactly("waited PT30M", "waits for nobody", "stop", "waited PT5M");
    }

    @Test
    void whatDoesNotHearIsLeftToItsLease() {
        assertThat(end(new Run(LONG, LONG), capped("PT3S"))).isFalse();

        assertThat(calls).containsExactly("waited PT3S", "waits for nobody", "stop", "waited PT5M");
    }

    @Test
    void whatIsNotWaitedForAnyMoreHasItsGraceAllTheSame() {
        Run run = new Run(LONG, GRACE);
        run.interrupted = true;

        assertThat(end(run, Map.of())).isTrue();

        assertThat(Thread.interrupted()).as("for whoever called").isTrue();
        assertThat(calls).containsExactly("interrupted", "waits for nobody", "stop", "waited PT5M");
    }

    private boolean end(Run run, Map<String, String> drain) {
        Map<String, String> settings = new HashMap<>(drain);
        settings.put("leasehold.runner.heartbeat", "PT4S");
        settings.put("leasehold.runner.silence", "PT10M");
        settings.put("leasehold.runner.grace", GRACE.toString());
        return Drain.end(
                run,
                Settings.of(RunnerConfig.class, settings),
                () -> calls.add("waits for nobody"));
    }

    private static Map<String, String> capped(String drain) {
        return Map.of("leasehold.runner.drain", drain);
    }

    /** A run whose time is only counted. */
    private final class Run implements Drain.AtWork {
        private final Duration onceStopped;
        private Duration left;
        private boolean interrupted;

        Run(Duration left, Duration onceStopped) {
            this.left = left;
            this.onceStopped = onceStopped;
        }

        @Override
        public boolean ends() {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return endsWithin(left);
        }

        @Override
        public boolean endsWithin(Duration time) {
            if (Thread.currentThread().isInterrupted()) {
                calls.add("interrupted");
                return false;
            }
            boolean ends = left.compareTo(time) <= 0;
            Duration waited = ends ? left : time;
            calls.add("waited " + waited);
            left = left.minus(waited);
            return ends;
        }

        @Override
        public void stop() {
            calls.add("stop");
            left = onceStopped;
        }
    }
}
