package io.leasehold.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.BlueprintFolder;
import io.leasehold.ledger.api.BlueprintRegistration;
import io.leasehold.ledger.api.BlueprintView;
import io.leasehold.ledger.api.Paths;
import java.io.IOException;
import java.nio.file.Files;
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

    private static final int MANY = 1000;

    @Mixin private final Front front = new Front();

    @Override
    public void run() {
        list(front);
    }

    @Command(
            name = "list",
            description = "The same as without a word",
            mixinStandardHelpOptions = true)
    void list(@Mixin Front mine) {
        List<BlueprintView> blueprints =
                mine.service().all(Paths.BLUEPRINTS, Map.of(), BlueprintView.class, MANY);
        show(mine, blueprints);
    }

    @Command(
            name = "register",
            description = {
                "Registers blueprints/<name>/<version>.yaml of a folder with their modules.",
                "What is there already with the same content is left alone, so this may be"
                        + " repeated."
            },
            mixinStandardHelpOptions = true)
    void register(@Mixin Front mine, @Parameters(paramLabel = "FOLDER") Path folder) {
        List<BlueprintRegistration> registrations = read(folder);
        StateService service = mine.service();
        List<BlueprintView> registered = new ArrayList<>();
        for (BlueprintRegistration one : registrations) {
            registered.add(service.send("POST", Paths.BLUEPRINTS, one, BlueprintView.class));
        }
        show(mine, registered);
    }

    /** All of them before the first is sent: a folder with a fault in it changes nothing. */
    private static List<BlueprintRegistration> read(Path folder) {
        BlueprintFolder blueprints = new BlueprintFolder(folder);
        if (!Files.isDirectory(folder.resolve("blueprints"))) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "The folder "
                            + folder
                            + " has no blueprints/ in it. Name the one that holds blueprints/ and"
                            + " the modules they name, such as terraform-modules.");
        }
        List<BlueprintRegistration> registrations = new ArrayList<>();
        try {
            for (Path file : blueprints.blueprints()) {
                registrations.add(registration(blueprints, file));
            }
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.USAGE, "The folder " + folder + " cannot be read.");
        }
        if (registrations.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "There is no blueprints/<name>/<version>.yaml in " + folder + ".");
        }
        return registrations;
    }

    private static BlueprintRegistration registration(BlueprintFolder blueprints, Path file) {
        try {
            return blueprints.registration(file);
        } catch (JsonProcessingException e) {
            throw new CommandFailure(
                    ExitCode.USAGE, file + " is not YAML: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    file + " names a module folder that cannot be read: " + e.getMessage());
        }
    }

    private static void show(Front front, List<BlueprintView> blueprints) {
        Table table = new Table("BLUEPRINT", "VERSION", "DIGEST", "STACKS");
        for (BlueprintView one : blueprints) {
            table.row(one.name(), one.version(), one.digest(), String.join(", ", one.stacks()));
        }
        front.show(
                blueprints,
                table,
                "No blueprint is registered. Add some with: leasehold blueprints register FOLDER");
    }
}
