package io.leasehold.provisioner.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.process.ProcessOutcome.Exited;
import io.leasehold.provisioner.process.ProcessOutcome.FailedToStart;
import io.leasehold.provisioner.process.ProcessOutcome.Stopped;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the end of a sandbox says of the program that was to be in it. */
class HowItEndedTest {
    private static final String BEGUN = "{ \"child-pid\": 7 }\n";
    private static final String ENDED = BEGUN + "{ \"exit-code\": 2 }\n";

    @Test
    void aProgramThatEndedHasItsOwnCode() {
        assertThat(of(new Exited(0), BEGUN)).isEqualTo(new Exited(0));
        assertThat(of(new Exited(2), ENDED)).isEqualTo(new Exited(2));
        assertThat(of(new Exited(137), ENDED)).isEqualTo(new Exited(137));
    }

    /** The kernel kills for memory; a door that gets no thread ends with 2. */
    @ParameterizedTest
    @ValueSource(ints = {137, 2})
    void oneThatWasLostWithWhatStoodAroundItWasKilled(int code) {
        assertThat(of(new Exited(code), BEGUN)).isEqualTo(new Exited(137));
    }

    @Test
    void oneThatNeverWasIsAFaultOfTheWorker() {
        FailedToStart refused = new FailedToStart("sandbox: no room");

        assertThat(of(new Exited(1), BEGUN)).isEqualTo(refused);
        assertThat(of(new Exited(70), "")).isEqualTo(refused);
        assertThat(of(new Exited(137), "")).isEqualTo(refused);
        assertThat(of(new Exited(2), "")).isEqualTo(refused);
    }

    @Test
    void whatTheWorkerAskedForIsThat() {
        assertThat(of(new Stopped("fenced", 137), BEGUN)).isEqualTo(new Stopped("fenced", 137));
    }

    private static ProcessOutcome of(ProcessOutcome outcome, String status) {
        return HowItEnded.of(outcome, status, () -> "no room");
    }
}
