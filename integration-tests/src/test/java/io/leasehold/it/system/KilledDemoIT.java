package io.leasehold.it.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one without kills is the test of the module {@code demo}. */
class KilledDemoIT {
    private static final long SECONDS = 600;

    @TempDir Path folder;

    @Test
    void ends_right_though_services_and_the_ledgers_database_are_killed_at_each_point()
            throws Exception {
        String[] kills =
                Stream.of(
                                "provisioner@running",
                                "platform-postgres@first-ready",
                                "state-service@changes-sent",
                                "provisioner@drifted")
                        .flatMap(kill -> Stream.of("--kill", kill))
                        .toArray(String[]::new);
        try (Program demo =
                Program.start(
                        folder.resolve("demo.out"), "demo", "io.leasehold.demo.Main", kills)) {
            assertThat(demo.exitCode(SECONDS)).as(demo::printed).isZero();
            assertThat(demo.printed().split("kill -9", -1)).hasSizeGreaterThan(4);
        }
    }
}
