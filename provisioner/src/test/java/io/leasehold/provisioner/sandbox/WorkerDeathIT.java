package io.leasehold.provisioner.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.testsupport.Eventually;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A worker that dies takes its runs with it. */
@Timeout(60)
class WorkerDeathIT {

    @TempDir Path directory;

    @ParameterizedTest
    @EnumSource
    void killingTheWorkerLeavesNoProcessOfItsRuns(Tier tier) throws Exception {
        String mark = "M" + UUID.randomUUID().toString().replace("-", "");
        Process worker =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin/java")
                                                .toString(),
                                        "-XX:TieredStopAtLevel=1",
                                        "-Dleasehold.home=" + System.getProperty("leasehold.home"),
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        ChildWorker.class.getName(),
                                        directory.toString(),
                                        mark,
                                        tier.name()))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader said =
                new BufferedReader(
                        new InputStreamReader(worker.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(said.readLine()).contains("READY");
            // Door, bubblewrap twice, and the program itself; or supervisor and program.
            assertThat(processesOf(mark, worker))
                    .isGreaterThanOrEqualTo(tier == Tier.BUBBLEWRAP ? 4 : 2);

            worker.destroyForcibly().waitFor();

            Eventually.eventually(
                    Duration.ofSeconds(10), () -> assertThat(processesOf(mark, worker)).isZero());
        }
    }

    private static long processesOf(String mark, Process worker) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != worker.pid())
                .filter(process ->
                        process.info()
                                .commandLine()
                                .filter(line -> line.contains(mark))
                                .isPresent())
                .count();
    }
}
