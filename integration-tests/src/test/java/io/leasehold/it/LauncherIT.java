package io.leasehold.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher is a shell program, and so is its test; this runs it where all tests run. */
class LauncherIT {

    private static final Path HOME = Path.of(System.getProperty("leasehold.home"));

    @TempDir private Path folder;

    @Test
    void theLauncherKeepsItsPromises() throws IOException, InterruptedException {
        Path output = folder.resolve("launcher-test.log");
        Process process =
                new ProcessBuilder(HOME.resolve("tools/launcher-test.sh").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();

        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        if (!ended) {
            process.destroy();
        }

        assertThat(ended).as(Files.readString(output)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }
}
