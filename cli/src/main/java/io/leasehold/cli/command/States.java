package io.leasehold.cli.command;

import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.Listing;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StateVersionView;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
        list(front, narrow);
    }

    @Command(
            name = "list",
            description = "The newest state of each stack; the same as without a word",
            mixinStandardHelpOptions = true)
    void list(@Mixin Front mine, @Mixin Narrow which) {
        show(
                mine,
                mine.service()
                        .list(Paths.STATES, which.query(), StateVersionView.class, which.limit()));
    }

    @Command(
            name = "versions",
            description = "Every version of a stack's state, newest first",
            mixinStandardHelpOptions = true)
    void versions(
            @Mixin Front mine,
            @Parameters(paramLabel = "TENANT") String tenantId,
            @Parameters(paramLabel = "STACK") String stack,
            @Mixin Life life,
            @Mixin AtMost most) {
        StateService service = mine.service();
        String path =
                StateService.path(
                        Paths.STATE_VERSIONS,
                        Map.of(
                                "tenantId", tenantId,
                                "incarnation", life.number(service, tenantId),
                                "stack", stack));
        show(mine, service.list(path, Map.of(), StateVersionView.class, most.limit()));
    }

    @Command(
            name = "download",
            description =
                    "One version's bytes into a new file that only you can read, since states hold"
                            + " secrets; the service records who asked",
            mixinStandardHelpOptions = true)
    void download(
            @Mixin Front mine,
            @Parameters(paramLabel = "TENANT") String tenantId,
            @Parameters(paramLabel = "STACK") String stack,
            @Parameters(paramLabel = "VERSION") long version,
            @Parameters(paramLabel = "FILE") Path file,
            @Mixin Life life) {
        StateService service = mine.service();
        byte[] state =
                service.bytes(
                        StateService.path(
                                Paths.STATE_VERSION,
                                Map.of(
                                        "tenantId", tenantId,
                                        "incarnation", life.number(service, tenantId),
                                        "stack", stack,
                                        "version", version)));
        write(file, state);
        if (mine.asJson()) {
            mine.json(new Download(file.toString(), state.length));
        } else {
            mine.say(state.length + " bytes in " + file);
        }
    }

    /** What was stored where. */
    record Download(String file, long bytes) {}

    private static void write(Path file, byte[] state) {
        try (OutputStream out =
                Channels.newOutputStream(
                        Files.newByteChannel(
                                file,
                                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rw-------"))))) {
            out.write(state);
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure(
                    ExitCode.USAGE, "The file " + file + " is there already; name a new one.");
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "The file " + file + " cannot be written; name one in a folder you may write.");
        }
    }

    private static void show(Front mine, Listing<StateVersionView> versions) {
        Table table =
                new Table(
                        "STACK", "VERSION", "SERIAL", "BYTES", "KIND", "AT", "BY", "RUN", "REASON");
        for (StateVersionView version : versions.items()) {
            table.row(
                    version.stack(),
                    version.version(),
                    version.serial(),
                    version.bytes(),
                    version.kind(),
                    version.writtenAt(),
                    version.writtenBy(),
                    version.runId(),
                    version.reason());
        }
        mine.show(versions, table, "There are no states.");
    }
}
