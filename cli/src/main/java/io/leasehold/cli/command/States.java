package io.leasehold.cli.command;

import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.Listing;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.OrphanFinding;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StateDiff;
import io.leasehold.ledger.api.StateMark;
import io.leasehold.ledger.api.StateSummary;
import io.leasehold.ledger.api.StateVersionView;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** States and their versions. */
@Command(
        name = "states",
        description = "States of stacks and all their versions",
        subcommands = {
            StatesRollback.class,
            StatesDelete.class,
            StatesUndelete.class,
            StatesOrphans.class,
            StatesAdopt.class,
            StatesDismiss.class,
            StatesPush.class,
            StatesMv.class,
            StatesRm.class,
            StatesImport.class
        },
        mixinStandardHelpOptions = true)
public final class States implements Runnable {

    private static final String NONE = "There are no states.";
    private static final String UNREADABLE = "(tofu encrypted this state itself)";

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
                        .list(Paths.STATES, which.query(), StateVersionView.class, which.limit()),
                NONE);
    }

    @Command(
            name = "versions",
            description = "The versions of a stack's state, newest first, orphans among them",
            mixinStandardHelpOptions = true)
    void versions(
            @Mixin Front mine,
            @Mixin OneStack stack,
            @Option(names = "--deleted", description = "those that are deleted too")
                    boolean deleted,
            @Mixin AtMost most) {
        StateService service = mine.service();
        show(
                mine,
                service.list(
                        stack.path(service, Paths.STATE_VERSIONS),
                        deleted ? Map.of("deleted", true) : Map.of(),
                        StateVersionView.class,
                        most.limit()),
                NONE);
    }

    @Command(
            name = "show",
            description =
                    "One version, the current one unless it is said: who made it, when, why,"
                            + " and what is in it, without a value",
            mixinStandardHelpOptions = true)
    void show(
            @Mixin Front mine,
            @Mixin OneStack stack,
            @Parameters(index = "2", paramLabel = "VERSION", arity = "0..1")
                    @Nullable Long number) {
        StateService service = mine.service();
        StateSummary summary =
                service.get(
                        stack.path(service, Paths.STATE_SUMMARY),
                        number == null ? Map.of() : Map.of("version", number),
                        StateSummary.class);
        if (mine.asJson()) {
            mine.json(summary);
            return;
        }
        StateVersionView version = summary.version();
        mine.print(
                new Table("FIELD", "VALUE")
                        .row("stack", version.stack())
                        .row("version", version.version() + (summary.current() ? ", current" : ""))
                        .row("kind", version.kind())
                        .row("serial", version.serial())
                        .row("lineage", version.lineage())
                        .row("bytes", version.bytes())
                        .row("md5", version.md5())
                        .row("written by", version.writtenBy())
                        .row("written at", version.writtenAt())
                        .row("run", version.runId())
                        .row("reason", why(version))
                        .row("outputs", String.join(", ", summary.outputs()))
                        .row(
                                "resources",
                                summary.readable() ? summary.resourceCount() : UNREADABLE));
        summary.resources().forEach(address -> mine.say("  " + address));
        if (summary.resources().size() < summary.resourceCount()) {
            mine.say("  … and more");
        }
    }

    @Command(
            name = "diff",
            description =
                    "What two versions have different, without a value; the second is the"
                            + " current one unless it is said",
            mixinStandardHelpOptions = true)
    void diff(
            @Mixin Front mine,
            @Mixin OneStack stack,
            @Parameters(index = "2", paramLabel = "FROM") long from,
            @Parameters(index = "3", paramLabel = "TO", arity = "0..1") @Nullable Long to) {
        StateService service = mine.service();
        StateDiff diff =
                service.get(
                        stack.path(service, Paths.STATE_DIFF),
                        to == null ? Map.of("from", from) : Map.of("from", from, "to", to),
                        StateDiff.class);
        if (mine.asJson()) {
            mine.json(diff);
        } else {
            mine.say("From version " + diff.from() + " to version " + diff.to() + ":");
            Difference.show(mine, diff);
        }
    }

    @Command(
            name = "download",
            description =
                    "One version's bytes into a new file that only you can read, since states hold"
                            + " secrets; the service records who asked",
            mixinStandardHelpOptions = true)
    void download(
            @Mixin Front mine,
            @Mixin OneStack stack,
            @Parameters(index = "2", paramLabel = "VERSION") long version,
            @Parameters(index = "3", paramLabel = "FILE") Path file) {
        StateService service = mine.service();
        byte[] state =
                service.bytes(stack.path(service, Paths.STATE_VERSION, Map.of("version", version)));
        write(file, state);
        mine.tell(new Download(file.toString(), state.length), state.length + " bytes in " + file);
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

    /** Lists versions. */
    static void show(Front mine, Listing<StateVersionView> versions, String nothing) {
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
                    why(version));
        }
        mine.show(versions, table, nothing);
    }

    /** Why a version is there, and what became of it. */
    private static @Nullable String why(StateVersionView version) {
        List<String> words = new ArrayList<>();
        if (version.copyOf() != null) {
            words.add("content of version " + version.copyOf());
        }
        if (version.reason() != null) {
            words.add(version.reason());
        }
        OrphanFinding finding = version.finding();
        if (finding != null) {
            words.add("stays open (%s): %s".formatted(finding.code(), finding.what()));
        }
        for (@Nullable StateMark mark : Arrays.asList(version.settled(), version.deleted())) {
            if (mark != null) {
                words.add(
                        "%s by %s at %s: %s"
                                .formatted(
                                        mark.what().toLowerCase(Locale.ROOT),
                                        mark.by(),
                                        mark.at(),
                                        mark.reason()));
            }
        }
        return words.isEmpty() ? null : String.join("; ", words);
    }
}
