package io.leasehold.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTracesTest {
    @TempDir Path logs;

    @Test
    void linesOfAllServicesThatNameOneAreInTheOrderOfTime() throws Exception {
        Files.writeString(
                logs.resolve("state-service.log"),
                """
                2026-11-30T03:18:12.341Z INFO run lost tenantId=t0007
                2026-11-30T03:18:12.342Z INFO run lost tenantId=t0008
                    at io.leasehold.T.t0007
                2026-11-30T03:18:12.343Z INFO run began tenantId=t0007
                """);
        Files.writeString(
                logs.resolve("runner.log"),
                """
                2026-11-30 03:18:12,340 INFO claimed tenantId=t0007
                2026-11-30 03:18:12,342 INFO heard tenantId=t0007
                """);

        assertThat(
                        LogTraces.of(
                                logs,
                                List.of(
                                        new Finding(Count.NOT_SETTLED, "t0007/1", "waits"),
                                        new Finding(Count.LOCKS_LEFT, "t0007/1/role by x", "is"),
                                        new Finding(Count.LEFT_FOR_PEOPLE, "null", "a letter"))))
                .containsExactly(
                        "the logs of t0007 end with",
                        "2026-11-30 03:18:12,340 INFO claimed tenantId=t0007",
                        "2026-11-30T03:18:12.341Z INFO run lost tenantId=t0007",
                        "2026-11-30 03:18:12,342 INFO heard tenantId=t0007",
                        "2026-11-30T03:18:12.343Z INFO run began tenantId=t0007");
    }
}
