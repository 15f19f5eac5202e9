package io.leasehold.cli.command;

import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StateVersionView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** States and their versions. */
@Command(
        name = "states",
        description = "States of stacks and all their versions",
        mixinStandardHelpOptions = true)
public final class States implements Runnable {

    @Mixin private final Front front = new Front();
    @Mixin private final Narrow narrow = new Narrow();

    @Override
    public void run() {
        show(
                front,
                front.service()
                        .all(Paths.STATES, narrow.query(), StateVersionView.class, narrow.limit()));
    }

    @Command(
            name = "versions",
            description = "Every version of a stack's state, newest first",
            mixinStandardHelpOptions = true)
    void versions(
            @Mixin Front mine,
            @Parameters(paramLabel = "TENANT") String tenantId,
            @Parameters(paramLabel = "STACK") String stack,
            @Option(names = "--incarnation", defaultValue = "1") int incarnation) {
        show(
                mine,
                mine.service()
                        .all(
                                StateService.path(
                                        Paths.STATE_VERSIONS,
                                        Map.of(
                                                "tenantId", tenantId,
                                                "incarnation", incarnation,
                                                "stack", stack)),
                                Map.of(),
                                StateVersionView.class,
                                1000));
    }

    @Command(
            name = "download",
            description = "One version's bytes into a file; the service records who asked",
            mixinStandardHelpOptions = true)
    void download(
            @Mixin Front mine,
            @Parameters(paramLabel = "TENANT") String tenantId,
            @Parameters(paramLabel = "STACK") String stack,
            @Parameters(paramLabel = "VERSION") long version,
            @Parameters(paramLabel = "FILE") Path file,
            @Option(names = "--incarnation", defaultValue = "1") int incarnation) {
        byte[] state =
                mine.service()
                        .bytes(
                                StateService.path(
                                        Paths.STATE_VERSION,
                                        Map.of(
                                                "tenantId", tenantId,
                                                "incarnation", incarnation,
                                                "stack", stack,
                                                "version", version)));
        try {
            Files.write(file, state);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INTERNAL, "The file " + file + " cannot be written.");
        }
        mine.say(state.length + " bytes in " + file);
    }

    private static void show(Front front, List<StateVersionView> versions) {
        Table table =
                new Table("STACK", "VERSION", "SERIAL", "BYTES", "KIND", "BY", "AT", "RUN", "REASON");
        for (StateVersionView version : versions) {
            table.row(
                    version.stack(),
                    version.version(),
                    version.serial(),
                    version.bytes(),
                    version.kind(),
                    version.writtenBy(),
                    version.writtenAt(),
                    version.runId(),
                    version.reason());
        }
        front.show(versions, table);
    }
}
