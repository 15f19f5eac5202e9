package io.leasehold.it.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {
    private static final long SECONDS = 600;

    @TempDir Path folder;

    @Test
    void keeps_every_promise_and_leaves_nothing_behind() throws Exception {
        try (Program demo = demo()) {
            assertThat(demo.exitCode(SECONDS)).as(demo::printed).isZero();
            assertThat(demo.printed()).contains("whole demo");
            assertThat(logs(demo.printed())).doesNotExist();
        }
    }

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
        try (Program demo = demo(kills)) {
            assertThat(demo.exitCode(SECONDS)).as(demo::printed).isZero();
            assertThat(demo.printed().split("kill -9", -1)).hasSizeGreaterThan(4);
        }
    }

    private Program demo(String... arguments) {
        return Program.start(
                folder.resolve("demo.out"), "demo", "io.leasehold.demo.Main", arguments);
    }

    private static Path logs(String printed) {
        Matcher said = Pattern.compile("logs were in (\\S+)").matcher(printed);
        assertThat(said.find()).isTrue();
        return Path.of(said.group(1));
    }
}
