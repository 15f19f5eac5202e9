package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.provisioner.door.DoorRule;
import io.leasehold.provisioner.tofu.RunInputs;
import io.leasehold.provisioner.tofu.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BindingsTest {

    @TempDir Path folder;

    @Test
    void givesARunWhatMatchesItAndNothingElse() throws IOException {
        Path password = Files.writeString(folder.resolve("password"), "s3cret\n");
        Bindings bindings =
                read(
                        """
                        bindings:
                          - tenants: "acme*"
                            blueprint: starter
                            stack: database
                            env: { PGHOST: postgres.tenants.internal }
                            secretEnv: { PGPASSWORD: %s }
                            inputs: { platform_postgres_port: 5432 }
                          - stack: topics
                            env: { KAFKA: elsewhere }
                        """
                                .formatted(password));

        RunInputs given = BoundInputs.of(Claims.apply("acme-1", "database", true), bindings);
        RunInputs other = BoundInputs.of(Claims.apply("globex", "database", true), bindings);

        assertThat(given.env()).containsOnlyKeys("PGHOST");
        assertThat(given.secretEnv()).containsEntry("PGPASSWORD", new Secret("s3cret"));
        assertThat(given.variables().get("platform_postgres_port").asInt()).isEqualTo(5432);
        assertThat(given.variables().get("tenant_id").asText()).isEqualTo("acme-1");
        assertThat(other.env()).isEmpty();
        assertThat(other.secretEnv()).isEmpty();
    }

    @Test
    void saysTheNamesOfThoseThatMatchAndHaveOne() {
        Bindings bindings =
                read(
                        """
                        bindings:
                          - { name: everybodys }
                          - { stack: database }
                          - { name: databases, stack: database }
                          - { name: topics, stack: topics }
                        """);

        assertThat(bindings.names(Claims.apply("acme", "database", true)))
                .containsExactly("everybodys", "databases");
    }

    @Test
    void opensOnlyDoorsThatBlueprintAndPlatformBothName() {
        Bindings bindings =
                read(
                        """
                        doors:
                          - { name: postgres.tenants.internal, port: 5432, connect: "127.0.0.1:15432" }
                          - { name: kafka.tenants.internal, port: 9092 }
                        """);

        assertThat(bindings.doorsFor(Claims.apply("acme", "database", true)))
                .extracting(DoorRule::endpoint)
                .containsExactly("postgres.tenants.internal:5432");
    }

    @Test
    void refusesAMisspeltKeyBecauseItWouldBindNothing() {
        assertThatThrownBy(() -> read("bindings:\n  - tenant: acme\n"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("tenant");
    }

    @Test
    void refusesARepeatedKey() {
        assertThatThrownBy(() -> read("doors: []\ndoors: []\n"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesInputsThatAreNotThePlatforms() {
        assertThatThrownBy(() -> read("bindings:\n  - inputs: { tenant_id: x }\n"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("platform_");
    }

    @Test
    void saysWhichCredentialCannotBeReadAndNotWhereItWas() {
        Bindings bindings = read("bindings:\n  - secretEnv: { PGPASSWORD: /nowhere/at/all }\n");

        assertThatThrownBy(() -> BoundInputs.of(Claims.apply("acme", "database", true), bindings))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("PGPASSWORD");
    }

    private Bindings read(String yaml) {
        try {
            return Bindings.read(Files.writeString(folder.resolve("bindings.yaml"), yaml));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
