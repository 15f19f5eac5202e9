package io.leasehold.ledger.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlueprintFolderTest {

    @TempDir Path folder;

    @Test
    void equalModulesGiveEqualBytesWhateverTheirTimesAndLeftovers() throws IOException {
        BlueprintRegistration one = registration(folder.resolve("one"));
        Path second = folder.resolve("two");
        BlueprintRegistration two = registration(second);
        Files.setLastModifiedTime(second.resolve("modules/m/main.tf"), FileTime.fromMillis(0));
        Files.createDirectories(second.resolve("modules/m/.terraform"));
        Files.writeString(second.resolve("modules/m/.terraform/x"), "left by a try");

        BlueprintRegistration again =
                new BlueprintFolder(second).registration(second.resolve("blueprints/b/1.0.0.yaml"));

        assertThat(one.modules().getFirst().tarGz())
                .isEqualTo(two.modules().getFirst().tarGz())
                .isEqualTo(again.modules().getFirst().tarGz());
    }

    private static BlueprintRegistration registration(Path place) throws IOException {
        Files.createDirectories(place.resolve("modules/m"));
        Files.createDirectories(place.resolve("blueprints/b"));
        Files.writeString(place.resolve("modules/m/main.tf"), "# nothing");
        Path blueprint = place.resolve("blueprints/b/1.0.0.yaml");
        Files.writeString(blueprint, "stacks: { s: { module: { dir: modules/m } } }");
        BlueprintFolder blueprints = new BlueprintFolder(place);
        assertThat(blueprints.blueprints()).containsExactly(blueprint);
        return blueprints.registration(blueprint);
    }
}
