package io.leasehold.provisioner.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.provisioner.process.StopLadder;
import io.leasehold.provisioner.workshop.Tools;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is signalled, and who is not though it has the number. */
@Timeout(60)
class SignalsIT {
    @Test
    void aNumberThatWasGivenToSomebodyElseIsNotSignalled() throws Exception {
        // Whoever runs the tests in the background has their programs ignore an interrupt.
        Process other =
                new ProcessBuilder("/usr/bin/env", "--default-signal=INT", "/bin/sleep", "40")
                        .start();
        try {
            Process door =
                    new ProcessBuilder(
                                    List.of(
                                            Tools.door().toString(),
                                            "signal",
                                            "--root",
                                            Long.toString(other.pid()),
                                            "--started",
                                            "1",
                                            "--depth",
                                            "0",
                                            "KILL"))
                            .start();

            assertThat(door.waitFor()).isNotZero();
            assertThat(new String(door.getErrorStream().readAllBytes(), UTF_8))
                    .contains("not the one that was meant");
            assertThat(other.isAlive()).isTrue();

            assertThat(new Signals(Tools.door(), 0).send(other, StopLadder.Signal.INT)).isTrue();
            assertThat(other.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(other.exitValue()).isEqualTo(130);
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void whoIsGoneIsNotSignalled() throws Exception {
        Process gone = new ProcessBuilder("/bin/true").start();
        gone.waitFor();

        assertThat(new Signals(Tools.door(), 0).send(gone, StopLadder.Signal.INT)).isFalse();
    }
}
