package io.leasehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.cli.FakeStateService.Ended;
import io.leasehold.ledger.api.BlueprintView;
import io.leasehold.ledger.api.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlueprintsTest {
    @AutoClose private final FakeStateService service = new FakeStateService();

    @TempDir private Path folder;

    private static String text(Ended ended) {
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.err()).isEmpty();
        return ended.out();
    }

    @Test
    void blueprints_are_listed_as_the_service_gives_them() throws IOException {
        service.on(
                "GET /v1/blueprints?limit=200",
                new Page<>(List.of(new BlueprintView("b", "1.0.0", "sha", List.of("s"))), null));

        assertThat(text(service.run("blueprints"))).contains("b", "1.0.0", "sha", "s");
    }

    @Test
    void blueprints_of_a_folder_are_registered_with_their_modules() throws IOException {
        Path module = Files.createDirectories(folder.resolve("modules/m"));
        Files.writeString(module.resolve("main.tf"), "# nothing");
        Path blueprint = Files.createDirectories(folder.resolve("blueprints/b"));
        Files.writeString(
                blueprint.resolve("1.0.0.yaml"), "stacks: { s: { module: { dir: modules/m } } }");
        service.on("POST /v1/blueprints", new BlueprintView("b", "1.0.0", "sha", List.of("s")));

        assertThat(text(service.run("blueprints", "register", folder.toString())))
                .contains("b", "1.0.0", "sha");
        assertThat(service.lastBody()).contains("modules/m", "tarGz");
    }

    @Test
    void a_folder_without_blueprints_or_with_one_that_is_no_yaml_sends_nothing()
            throws IOException {
        Ended empty = service.run("blueprints", "register", folder.toString());
        Path blueprint = Files.createDirectories(folder.resolve("blueprints/b"));
        Files.writeString(blueprint.resolve("1.0.0.yaml"), "a: [");
        Ended broken = service.run("blueprints", "register", folder.toString());

        assertThat(empty.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(empty.err()).contains("blueprints/");
        assertThat(broken.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(broken.err()).contains("1.0.0.yaml", "not YAML");
        assertThat(service.requests()).isEmpty();
    }
}
