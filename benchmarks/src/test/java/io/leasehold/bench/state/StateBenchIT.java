package io.leasehold.bench.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class StateBenchIT {
    @TempDir private Path folder;

    @Test
    void measuresEverythingOnTheRealServiceAndSaysOfEachBarWhetherItIsMet() throws IOException {
        assumeThat(
                        Path.of(System.getProperty("leasehold.home"))
                                .resolve("state-service/target/quarkus-app/quarkus-run.jar"))
                .as("only where the service is built")
                .exists();
        Path json = folder.resolve("numbers.json");

        int exit =
                new CommandLine(new StateBench())
                        .execute(
                                "--clients",
                                "2,16",
                                "--seconds",
                                "1",
                                "--warm-up",
                                "1",
                                "--events",
                                "40",
                                "--runs",
                                "8",
                                "--tenants",
                                "60,120",
                                // What is measured is no bar here.
                                "--jvm",
                                "-Xmx512m,-XX:TieredStopAtLevel=1",
                                "--json",
                                json.toString());

        assertThat(exit).isZero();
        JsonNode numbers = new ObjectMapper().readTree(json.toFile());
        // Cycles and their ceiling at two numbers, three kinds of events, two of claims, two
        // ledgers.
        assertThat(numbers.path("measurements"))
                .hasSize(11)
                .allSatisfy(measured -> {
                    assertThat(measured.path("perSecond").doubleValue()).isPositive();
                    assertThat(measured.path("errors").longValue()).isZero();
                    assertThat(measured.path("requests"))
                            .isNotEmpty()
                            .allSatisfy(request ->
                                    assertThat(request.path("p50Millis").doubleValue())
                                            .isPositive()
                                            .isLessThanOrEqualTo(
                                                    request.path("p99Millis").doubleValue()));
                });
        assertThat(numbers.path("bars"))
                .hasSize(5)
                .allSatisfy(bar -> assertThat(bar.path("met").isBoolean()).isTrue());
    }

    @Test
    void anUnknownThingToMeasureIsRefused() {
        assertThat(new CommandLine(new StateBench()).execute("--only", "luck")).isNotZero();
    }
}
