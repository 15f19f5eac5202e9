package io.leasehold.cli.command;

import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.Listing;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.DeadLetterEdit;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.ReplayReply;
import io.leasehold.ledger.api.ReplayRequest;
import io.leasehold.ledger.api.SourcePosition;
import java.nio.charset.StandardCharsets;
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

    @Mixin private final Front usual = new Front();
    @Mixin private final Narrow narrowed = new Narrow();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public void run() {
        list(usual, narrowed, false);
    }

    @Command(
            name = "list",
            description = "Dead letters, newest first; the same as without a word",
            mixinStandardHelpOptions = true)
    void list(
            @Mixin Front front,
            @Mixin Narrow narrow,
            @Option(names = "--all", description = "closed ones too") boolean all) {
        Map<String, Object> query = narrow.query();
        if (!all) {
            query.put("status", "OPEN");
        }
        Listing<DeadLetterView> letters =
                front.service()
                        .list(Paths.DEAD_LETTERS, query, DeadLetterView.class, narrow.limit());
        Table table = new Table("ID", "AT", "KIND", "STATUS", "TENANT", "CODE", "REASON");
        for (DeadLetterView letter : letters.items()) {
            table.row(
                    letter.id(),
                    letter.at(),
                    letter.kind(),
                    letter.status(),
                    letter.tenantId(),
                    letter.code(),
                    letter.reason());
        }
        front.show(
                letters,
                table,
                all
                        ? "There are no dead letters."
                        : "No dead letter is open; --all shows closed ones.");
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
        front.print(
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
                        .row("origin", origin(letter.position()))
                        .row("event", letter.eventId())
                        .row("type", letter.eventType())
                        .row("key", letter.key())
                        .row("at", letter.at())
                        .row("replays", letter.replays()));
        if (!letter.headers().isEmpty()) {
            front.say("headers:");
        }
        for (RawHeader header : letter.headers()) {
            byte[] value = header.value();
            front.say("  " + header.name() + ": " + (value == null ? "" : harmless(value)));
        }
        print(front, "value", letter.value());
        print(front, "corrected copy", letter.edited());
    }

    private static void print(Front front, String what, @Nullable String text) {
        if (text != null) {
            front.say(what + ":");
            front.say(harmless(text));
        }
    }

    /** What came from elsewhere must not talk to the terminal. */
    private static String harmless(String text) {
        return text.replaceAll("[\\p{Cntrl}&&[^\n\t]]", "\uFFFD");
    }

    private static String harmless(byte[] text) {
        return harmless(new String(text, StandardCharsets.UTF_8)).replaceAll("[\n\t]", " ");
    }

    private static @Nullable String origin(@Nullable SourcePosition position) {
        return position == null
                ? null
                : "%s, partition %d, offset %d"
                        .formatted(position.topic(), position.partition(), position.offset());
    }

    @Command(
            name = "edit",
            description = "Keeps a corrected copy beside the original; says what is still wrong",
            mixinStandardHelpOptions = true)
    void edit(
            @Mixin Front front,
            @Parameters(paramLabel = "ID") String id,
            @Option(
                            names = "--value",
                            required = true,
                            paramLabel = "FILE",
                            description = "the corrected value; - reads standard input")
                    String value,
            @Option(
                            names = "--header",
                            paramLabel = "NAME=VALUE",
                            description = "sets or replaces a header")
                    @Nullable List<String> headers,
            @Option(names = "--key", description = "replaces the key") @Nullable String key,
            @Option(names = "--reason", required = true, description = "why; it is recorded")
                    String reason) {
        DeadLetterEdit edit =
                new DeadLetterEdit(
                        new String(Input.read(value), StandardCharsets.UTF_8),
                        merged(front, id, headers),
                        key,
                        reason);
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
            front.say("A corrected copy is kept beside the original. " + letter.remedy());
            front.say("See what would happen: leasehold dead-letters replay " + letter.id());
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
        if (execute && reason.isBlank()) {
            throw new ParameterException(
                    spec.commandLine().getSubcommands().get("replay"),
                    "--execute needs --reason: why, in a few words; it is recorded.");
        }
        ReplayReply reply =
                front.service()
                        .send(
                                "POST",
                                StateService.path(Paths.DEAD_LETTER_REPLAY, Map.of("id", id)),
                                new ReplayRequest(execute, reason),
                                ReplayReply.class);
        front.tell(
                reply,
                (reply.executed() ? "Done. " : "Dry run, nothing was done. ") + reply.what());
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
                throw new CommandFailure(
                        ExitCode.USAGE, "--header takes NAME=VALUE, not " + change + ".");
            }
            String name = change.substring(0, equals);
            headers.removeIf(header -> header.name().equals(name));
            headers.add(
                    new RawHeader(
                            name, change.substring(equals + 1).getBytes(StandardCharsets.UTF_8)));
        }
        return headers;
    }
}
