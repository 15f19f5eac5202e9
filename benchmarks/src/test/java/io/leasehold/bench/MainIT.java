package io.leasehold.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainIT {
    @TempDir private Path folder;

    @Test
    void measuresWhatOthersDoInEveryPhase() throws IOException {
        JsonNode numbers = measure("loop,ceiling");

        assertThat(numbers.path("measurements")).hasSize(3 * Phase.values().length);
        assertThat(numbers.path("memoryBytes")).hasSize(3);
    }

    @Test
    void measuresTheWholeSystemInEveryPhase() throws IOException {
        Path home = Path.of(System.getProperty("leasehold.home"));
        for (String service : List.of("state-service", "provisioner")) {
            assumeThat(home.resolve(service).resolve("target/quarkus-app/quarkus-run.jar"))
                    .as("only where the services are built")
                    .exists();
        }

        JsonNode numbers = measure("ours");

        assertThat(numbers.path("measurements")).hasSize(Phase.values().length);
        assertThat(numbers.at("/memoryBytes/ours/provisioner").longValue()).isPositive();
    }

    private JsonNode measure(String paths) throws IOException {
        Path json = folder.resolve("numbers.json");

        int exit =
                Main.run(
                        "--tenants",
                        "3",
                        "--module",
                        "small",
                        "--paths",
                        paths,
                        "--warm-up",
                        "2",
                        "--json",
                        json.toString());

        assertThat(exit).isZero();
        JsonNode numbers = new ObjectMapper().readTree(json.toFile());
        assertThat(numbers.path("measurements"))
                .allSatisfy(measured -> {
                    assertThat(measured.path("tenants").intValue()).isEqualTo(3);
                    assertThat(measured.path("tenantsPerSecond").doubleValue()).isPositive();
                    assertThat(measured.path("p50Seconds").doubleValue())
                            .isPositive()
                            .isLessThanOrEqualTo(measured.path("p95Seconds").doubleValue());
                    boolean runs =
                            !measured.path("path").asText().equals("ours")
                                    || !measured.path("phase").asText().equals("no-op");
                    if (runs) {
                        assertThat(measured.at("/cpuMillisPerTenant/tofu").doubleValue())
                                .isPositive();
                    }
                });
        return numbers;
    }

    @Test
    void anUnknownPathIsSaidInAMessage() {
        assertThat(Main.run("--paths", "shortcut")).isEqualTo(1);
    }
}
