package io.leasehold.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArmedTest {
    @TempDir Path folder;

    @Test
    void whatIsArmedIsReadAsItWasWritten() throws IOException {
        Path file = folder.resolve("armed");
        Armed armed = new Armed(Step.OUTCOME, Moment.AFTER, 3);
        armed.write(file);
        assertThat(Armed.read(file)).contains(armed);
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
}
