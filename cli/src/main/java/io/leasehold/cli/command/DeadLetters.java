package io.leasehold.cli.command;

import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.DeadLetterEdit;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.ReplayReply;
import io.leasehold.ledger.api.ReplayRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Dead letters: what failed for good, why, and how it is sent again. */
@Command(
        name = "dead-letters",
        description = "What failed for good: list, show, edit a copy, replay",
        mixinStandardHelpOptions = true)
public final class DeadLetters implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Say what to do with them: list, show, edit or replay.");
    }

    @Command(name = "list", description = "Dead letters, newest first", mixinStandardHelpOptions = true)
    void list(
            @Mixin Front front,
            @Mixin Narrow narrow,
            @Option(names = "--all", description = "closed ones too") boolean all) {
        Map<String, Object> query = narrow.query();
        if (!all) {
            query.put("status", "OPEN");
        }
        List<DeadLetterView> letters =
                front.service()
                        .all(Paths.DEAD_LETTERS, query, DeadLetterView.class, narrow.limit());
        Table table = new Table("ID", "AT", "KIND", "STATUS", "TENANT", "CODE", "REASON");
        for (DeadLetterView letter : letters) {
            table.row(
                    letter.id(),
                    letter.at(),
                    letter.kind(),
                    letter.status(),
                    letter.tenantId(),
                    letter.code(),
                    letter.reason());
        }
        front.show(letters, table);
    }

    @Command(
            name = "show",
            description = "One dead letter with its bytes, and what to do; recorded by the service",
            mixinStandardHelpOptions = true)
    void show(@Mixin Front front, @Parameters(paramLabel = "ID") String id) {
        DeadLetterView letter = get(front, id);
        if (front.asJson()) {
            front.json(letter);
            return;
        }
        new Table("FIELD", "VALUE")
                .row("id", letter.id())
                .row("kind", letter.kind())
                .row("status", letter.status())
                .row("code", letter.code())
                .row("reason", letter.reason())
                .row("what to do", letter.remedy())
                .row("tenant", letter.tenantId())
                .row("stack", letter.stack())
                .row("run", letter.runId())
                .row("origin", letter.position())
                .row("event", letter.eventId())
                .row("type", letter.eventType())
                .row("key", letter.key())
                .row("replays", letter.replays())
                .print(front.out());
        for (RawHeader header : letter.headers()) {
            byte[] value = header.value();
            front.say(
                    "  "
                            + header.name()
                            + ": "
                            + (value == null ? "" : new String(value, StandardCharsets.UTF_8)));
        }
        print(front, "value", letter.value());
        print(front, "corrected copy", letter.edited());
    }

    private static void print(Front front, String what, @Nullable String text) {
        if (text != null) {
            front.say(what + ":");
            front.say(text);
        }
    }

    @Command(
            name = "edit",
            description = "Keeps a corrected copy beside the original; says what is still wrong",
            mixinStandardHelpOptions = true)
    void edit(
            @Mixin Front front,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--value", required = true, description = "file with the corrected value")
                    Path value,
            @Option(names = "--header", description = "name=value; sets or replaces a header")
                    @Nullable List<String> headers,
            @Option(names = "--key", description = "replaces the key") @Nullable String key,
            @Option(names = "--reason", required = true) String reason) {
        DeadLetterEdit edit =
                new DeadLetterEdit(read(value), merged(front, id, headers), key, reason);
        DeadLetterView letter =
                front.service()
                        .send(
                                "PUT",
                                StateService.path(Paths.DEAD_LETTER_EDIT, Map.of("id", id)),
                                edit,
                                DeadLetterView.class);
        if (front.asJson()) {
            front.json(letter);
        } else {
            front.say("A corrected copy of " + letter.id() + " is kept. Send it with: replay");
        }
    }

    @Command(
            name = "replay",
            description = "Says what would happen; does it with --execute",
            mixinStandardHelpOptions = true)
    void replay(
            @Mixin Front front,
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--execute", description = "do it") boolean execute,
            @Option(names = "--reason", defaultValue = "", description = "why; needed to do it")
                    String reason) {
        ReplayReply reply =
                front.service()
                        .send(
                                "POST",
                                StateService.path(Paths.DEAD_LETTER_REPLAY, Map.of("id", id)),
                                new ReplayRequest(execute, reason),
                                ReplayReply.class);
        if (front.asJson()) {
            front.json(reply);
        } else {
            front.say((reply.executed() ? "" : "Dry run. ") + reply.what());
        }
    }

    private static DeadLetterView get(Front front, String id) {
        return front.service()
                .get(
                        StateService.path(Paths.DEAD_LETTER, Map.of("id", id)),
                        Map.of(),
                        DeadLetterView.class);
    }

    private static @Nullable List<RawHeader> merged(
            Front front, String id, @Nullable List<String> changes) {
        if (changes == null) {
            return null;
        }
        List<RawHeader> headers = new ArrayList<>(get(front, id).headers());
        for (String change : changes) {
            int equals = change.indexOf('=');
            if (equals < 1) {
                throw new CommandFailure(ExitCode.USAGE, "--header takes name=value.");
            }
            String name = change.substring(0, equals);
            headers.removeIf(header -> header.name().equals(name));
            headers.add(
                    new RawHeader(
                            name,
                            change.substring(equals + 1).getBytes(StandardCharsets.UTF_8)));
        }
        return headers;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.USAGE, "The file " + file + " cannot be read.");
        }
    }
}
