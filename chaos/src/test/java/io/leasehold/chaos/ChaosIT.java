package io.leasehold.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The short run; {@code ./leasehold chaos} is the long one. Its words stand in the test's log. */
class ChaosIT {
    private static final int LAST = 10;
    private static final String SEED = System.getProperty("leasehold.chaos.seed", "5");

    @Test
    void nothingIsLostWhateverIsKilled() {
        Path home = Path.of(System.getProperty("leasehold.home"));
        for (String built :
                List.of(
                        "state-service/target/quarkus-app/quarkus-run.jar",
                        "provisioner/target/quarkus-app/quarkus-run.jar",
                        "faults/target/faults.jar")) {
            assumeThat(home.resolve(built)).as("only where the services are built").exists();
        }

        List<String> said = new CopyOnWriteArrayList<>();

        Consumer<String> heard =
                line -> {
                    System.out.println(line);
                    said.add(line);
                };

        int exitCode = Main.run(heard, heard, "--tenants", "60", "--kills", "40", "--seed", SEED);

        assertThat(exitCode).as(() -> end(said)).isZero();
    }

    /** From where something was looked at, or the last lines of a run that came to no end. */
    private static String end(List<String> said) {
        int looked = said.size() - 1;
        while (looked > 0 && !said.get(looked).endsWith("looking at what is there")) {
            looked--;
        }
        int from = looked > 0 ? looked : Math.max(0, said.size() - LAST);
        return String.join("\n", said.subList(from, said.size()));
    }
}
