package io.leasehold.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.leasehold.embedded.StartArchive;
import io.leasehold.embedded.platform.Layout;
import io.leasehold.embedded.platform.Service;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The whole story, which meets most of what the services do: what they loaded for it is recorded,
 * and all that start them after this start from it.
 */
class WholeDemoIT {
    private static final Path HOME = Path.of(System.getProperty("leasehold.home"));
    private static final Path STATE_SERVICE = jar("state-service");
    private static final Path PROVISIONER = jar("provisioner");

    @Test
    void keepsEveryPromiseLeavesNothingBehindAndRecordsHowToStartFast() throws Exception {
        for (Path jar : List.of(STATE_SERVICE, PROVISIONER)) {
            assumeThat(jar).as("only where the services are built").exists();
            Files.deleteIfExists(StartArchive.of(jar).file());
        }
        Layout recording =
                new Layout(
                        false,
                        false,
                        Map.of(),
                        Map.of(
                                Service.STATE_SERVICE, StartArchive.of(STATE_SERVICE).toRecord(),
                                Service.PROVISIONER, StartArchive.of(PROVISIONER).toRecord()),
                        Layout.USUAL.longestPause());
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        int exitCode =
                new Main(
                                new DemoOptions(null, false, List.of()),
                                new Screen(new PrintStream(printed, true, UTF_8)),
                                recording)
                        .run();

        String said = printed.toString(UTF_8);
        assertThat(exitCode).as(said).isZero();
        assertThat(said).contains("whole demo");
        assertThat(logs(said)).doesNotExist();
        for (Path jar : List.of(STATE_SERVICE, PROVISIONER)) {
            startsFromItsArchiveOnly(jar);
        }
    }

    /** A JVM that is told so ends at once where it cannot. */
    private static void startsFromItsArchiveOnly(Path jar) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(StartArchive.of(jar).toStart());
        command.addAll(
                List.of(
                        "-XX:AOTMode=on",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        jar.toString(),
                        "-version"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(command).anyMatch(word -> word.startsWith("-XX:AOTCache="));
    }

    private static Path logs(String printed) {
        Matcher said = Pattern.compile("logs were in (\\S+)").matcher(printed);
        assertThat(said.find()).as(printed).isTrue();
        return Path.of(said.group(1));
    }

    private static Path jar(String module) {
        return HOME.resolve(module + "/target/quarkus-app/quarkus-run.jar");
    }
}
