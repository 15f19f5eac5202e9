package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.provisioner.door.AddressRange;
import io.leasehold.provisioner.door.DoorRule;
import io.leasehold.provisioner.tofu.RunInputs;
import io.leasehold.provisioner.tofu.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** Without them a door would lead to wherever its name is said to be. */
    @ParameterizedTest
    @ValueSource(strings = {"postgres.tenants.internal", "*.tenants.internal"})
    void aDoorLeadsOnlyToTheRangesThatThePlatformNames(String name) {
        Bindings bindings =
                read(
                        """
                        doors:
                          - { name: "%s", port: 5432, within: [10.1.0.0/16, "fd00::/8", 192.0.2.7] }
                        """
                                .formatted(name));

        assertThat(bindings.doorsFor(Claims.apply("acme", "database", true)))
                .containsExactly(
                        new DoorRule(
                                "postgres.tenants.internal",
                                5432,
                                Optional.empty(),
                                List.of(
                                        AddressRange.of("10.1.0.0/16"),
                                        AddressRange.of("fd00::/8"),
                                        AddressRange.of("192.0.2.7/32"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name: db.internal, port: 5432, within: [10.0.0.0/33]",
                "name: db.internal, port: 5432, within: [10.0.0.0/8, db.internal]",
                "name: db.internal, port: 5432, within: [10.0.0.0/all]",
                "name: db.internal",
                "name: '*', port: 5432",
            })
    void refusesADoorThatIsNoneWithTheFile(String door) {
        assertThatThrownBy(() -> read("doors:\n  - { %s }\n".formatted(door)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("bindings.yaml");
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
