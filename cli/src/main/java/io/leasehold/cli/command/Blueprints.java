package io.leasehold.cli.command;

import com.fasterxml.jackson.core.type.TypeReference;
import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.cli.output.Table;
import io.leasehold.ledger.api.BlueprintFolder;
import io.leasehold.ledger.api.BlueprintView;
import io.leasehold.ledger.api.Paths;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Blueprints that tenants may ask for. */
@Command(
        name = "blueprints",
        description = "Blueprints that tenants may ask for; register adds a folder of them",
        mixinStandardHelpOptions = true)
public final class Blueprints implements Runnable {

    @Mixin private final Front front = new Front();

    @Override
    public void run() {
        show(
                front,
                front.service()
                        .get(
                                Paths.BLUEPRINTS,
                                Map.of(),
                                new TypeReference<List<BlueprintView>>() {}));
    }

    @Command(
            name = "register",
            description = "Registers blueprints/<name>/<version>.yaml of a folder with their modules",
            mixinStandardHelpOptions = true)
    void register(@Mixin Front mine, @Parameters(paramLabel = "FOLDER") Path folder) {
        List<BlueprintView> registered = new ArrayList<>();
        BlueprintFolder blueprints = new BlueprintFolder(folder);
        try {
            for (Path file : blueprints.blueprints()) {
                registered.add(
                        mine.service()
                                .send(
                                        "POST",
                                        Paths.BLUEPRINTS,
                                        blueprints.registration(file),
                                        BlueprintView.class));
            }
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "The folder "
                            + folder
                            + " cannot be read; it must hold blueprints/ and the modules they name.");
        }
        show(mine, registered);
    }

    private static void show(Front front, List<BlueprintView> blueprints) {
        Table table = new Table("BLUEPRINT", "VERSION", "STACKS", "DIGEST");
        for (BlueprintView one : blueprints) {
            table.row(one.name(), one.version(), String.join(", ", one.stacks()), one.digest());
        }
        front.show(blueprints, table);
    }
}
