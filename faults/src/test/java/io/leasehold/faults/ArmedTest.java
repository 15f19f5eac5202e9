package io.leasehold.faults;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArmedTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir Path folder;

    @Test
    void whatIsArmedIsReadAsItWasWritten() throws IOException {
        Path file = folder.resolve("armed");
        Armed armed = new Armed(Step.OUTCOME, Moment.AFTER, 3);
        armed.write(file);
        assertThat(Armed.read(file)).contains(armed);
        armed.holding().write(file);
        assertThat(Armed.read(file)).contains(armed.holding());
    }

    @Test
    void whatIsTakenBackIsNotArmed() throws IOException {
        Path file = folder.resolve("armed");
        new Armed(Step.OUTCOME, Moment.AFTER, 0).write(file);
        assertThat(Armed.disarm(file)).isTrue();
        assertThat(Armed.read(file)).isEmpty();
        assertThat(Armed.disarm(file)).isFalse();
    }

    @Test
    void thatItStruckIsToldOnce() throws IOException {
        Path file = folder.resolve("armed");
        assertThat(Armed.struck(file)).isFalse();
        Files.writeString(Armed.fired(file), "");
        assertThat(Armed.struck(file)).isTrue();
        assertThat(Armed.struck(file)).isFalse();
    }

    @Test
    void whoIsHeldAndInterruptedTakesNoProcessor() throws Exception {
        Path file = folder.resolve("armed");
        new Armed(Step.OUTCOME, Moment.AFTER, 0).holding().write(file);
        FaultPoint.armedBy(file);
        // It never ends: nothing lets go of who is held.
        Thread held =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> FaultPoint.reached("OUTCOME", "AFTER", null));
        eventually(PATIENCE, () -> assertThat(held.getState()).isEqualTo(Thread.State.WAITING));

        held.interrupt();

        eventually(PATIENCE, () -> assertThat(held.isInterrupted()).isFalse());
        eventually(PATIENCE, () -> assertThat(held.getState()).isEqualTo(Thread.State.WAITING));
    }
}
