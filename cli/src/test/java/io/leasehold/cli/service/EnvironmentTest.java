package io.leasehold.cli.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {

    @TempDir private Path folder;

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("leasehold.env"), content);
    }

    @Test
    void a_file_that_is_named_is_read() throws IOException {
        Path file = file("# made by up\nLEASEHOLD_URL=http://h:1\n\nLEASEHOLD_TOKEN = a=b \n");

        Environment environment = Environment.read(Map.of("LEASEHOLD_ENV", file.toString()));

        assertThat(environment.require("LEASEHOLD_URL")).isEqualTo("http://h:1");
        assertThat(environment.require("LEASEHOLD_TOKEN")).isEqualTo("a=b");
    }

    @Test
    void the_process_environment_lies_over_the_file_unless_it_is_blank() throws IOException {
        Path file = file("LEASEHOLD_URL=http://file\nLEASEHOLD_TOKEN=file\n");

        Environment environment =
                Environment.read(
                        Map.of(
                                "LEASEHOLD_ENV", file.toString(),
                                "LEASEHOLD_URL", "http://process",
                                "LEASEHOLD_TOKEN", " "));

        assertThat(environment.require("LEASEHOLD_URL")).isEqualTo("http://process");
        assertThat(environment.require("LEASEHOLD_TOKEN")).isEqualTo("file");
    }

    @Test
    void the_folder_of_the_checkout_is_looked_into() throws IOException {
        Files.createDirectory(folder.resolve(".leasehold"));
        Files.writeString(folder.resolve(".leasehold/leasehold.env"), "LEASEHOLD_KAFKA=h:9092\n");

        Environment environment = Environment.read(Map.of("LEASEHOLD_HOME", folder.toString()));

        assertThat(environment.require("LEASEHOLD_KAFKA")).isEqualTo("h:9092");
    }

    @Test
    void what_is_not_set_is_said_with_the_ways_to_set_it() {
        Environment environment = Environment.read(Map.of());

        assertThatThrownBy(() -> environment.require("LEASEHOLD_TOKEN"))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.USAGE))
                .hasMessageStartingWith("LEASEHOLD_TOKEN is not set")
                .hasMessageContainingAll("./leasehold up", "LEASEHOLD_ENV");
    }

    @Test
    void a_named_file_that_is_not_there_is_an_error_even_when_nothing_of_it_is_needed() {
        String missing = folder.resolve("missing").toString();

        assertThatThrownBy(() -> Environment.read(Map.of("LEASEHOLD_ENV", missing)))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(missing);
    }

    @Test
    void columns_are_a_number_or_there_is_no_screen() {
        assertThat(Environment.read(Map.of("LEASEHOLD_COLUMNS", "132")).columns()).isEqualTo(132);
        assertThat(Environment.read(Map.of("LEASEHOLD_COLUMNS", "wide")).columns()).isZero();
        assertThat(Environment.read(Map.of()).columns()).isZero();
    }
}
