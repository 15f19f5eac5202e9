package io.leasehold.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainIT {
    @TempDir private Path folder;

    @Test
    void measuresEveryPathInEveryPhase() throws IOException {
        Path json = folder.resolve("numbers.json");

        int exit =
                Main.run(
                        "--tenants",
                        "3",
                        "--module",
                        "small",
                        "--paths",
                        "loop,ceiling",
                        "--json",
                        json.toString());

        assertThat(exit).isZero();
        JsonNode numbers = new ObjectMapper().readTree(json.toFile());
        assertThat(numbers.path("measurements"))
                .hasSize(3 * 3)
                .allSatisfy(measured -> {
                    assertThat(measured.path("tenants").intValue()).isEqualTo(3);
                    assertThat(measured.path("tenantsPerSecond").doubleValue()).isPositive();
                    assertThat(measured.path("p50Seconds").doubleValue())
                            .isPositive()
                            .isLessThanOrEqualTo(measured.path("p95Seconds").doubleValue());
                    assertThat(measured.at("/cpuMillisPerTenant/tofu").doubleValue()).isPositive();
                });
        assertThat(numbers.path("memoryBytes")).hasSize(3);
    }

    @Test
    void anUnknownPathIsSaidInAMessage() {
        assertThat(Main.run("--paths", "shortcut")).isEqualTo(1);
    }
}
