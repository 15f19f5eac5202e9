package io.leasehold.cli.command;

import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.Listing;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.DeadLetterEdit;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.LetterGroup;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RawHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Dead letters: what failed for good, why, and how it is sent again. */
@Command(
        name = "dead-letters",
        description = "What failed for good: list, show, edit a copy, replay, and more",
        subcommands = {
            DeadLettersShow.class,
            DeadLettersReplay.class,
            DeadLettersResume.class,
            DeadLettersAbort.class,
            DeadLettersHistory.class,
            DeadLettersDiscard.class,
            DeadLettersExport.class,
            DeadLettersImport.class
        },
        mixinStandardHelpOptions = true)
public final class DeadLetters implements Runnable {

    @Mixin private final Front usual = new Front();
    @Mixin private final Which narrowed = new Which();
    @Mixin private final AtMost atMost = new AtMost();

    @Override
    public void run() {
        list(usual, narrowed, atMost, null, false);
    }

    /** What letters can be counted by. */
    enum Grouping {
        code,
        tenant,
        blueprint,
        fingerprint,
        day
    }

    @Command(
            name = "list",
            description = "Dead letters, newest first; the same as without a word",
            mixinStandardHelpOptions = true)
    void list(
            @Mixin Front front,
            @Mixin Which which,
            @Mixin AtMost most,
            @Option(
                            names = "--group-by",
                            paramLabel = "WHAT",
                            description =
                                    "counts them by code, tenant, blueprint, fingerprint (cause) or"
                                            + " day")
                    @Nullable Grouping by,
            @Option(names = "--all", description = "closed ones too") boolean all) {
        Map<String, Object> query = which.query();
        if (!all) {
            query.put("status", "OPEN");
        }
        String nothing =
                all
                        ? "There are no dead letters."
                        : "No dead letter is open; --all shows closed ones.";
        if (by == null) {
            letters(front, query, most.limit(), nothing);
        } else {
            query.put("by", by.name());
            groups(front, query, most.limit(), nothing);
        }
    }

    private static void letters(Front front, Map<String, Object> query, int limit, String nothing) {
        Listing<DeadLetterView> letters =
                front.service().list(Paths.DEAD_LETTERS, query, DeadLetterView.class, limit);
        Table table = new Table("ID", "AT", "KIND", "STATUS", "TENANT", "CODE", "REASON");
        for (DeadLetterView letter : letters.items()) {
            table.row(
                    letter.id(),
                    letter.at(),
                    letter.kind(),
                    letter.imported() ? letter.status() + ", imported" : letter.status(),
                    letter.tenantId(),
                    letter.code(),
                    letter.reason());
        }
        front.show(letters, table, nothing);
    }

    /** The most first. */
    private static void groups(Front front, Map<String, Object> query, int limit, String nothing) {
        Listing<LetterGroup> found =
                front.service().list(Paths.DEAD_LETTER_GROUPS, query, LetterGroup.class, limit);
        List<LetterGroup> groups = new ArrayList<>(found.items());
        groups.sort(Comparator.comparingLong(LetterGroup::count).reversed());
        Table table =
                new Table(
                        String.valueOf(query.get("by")).toUpperCase(Locale.ROOT),
                        "LETTERS",
                        "OLDEST",
                        "NEWEST",
                        "FOR EXAMPLE",
                        "ITS CODE",
                        "ITS REASON");
        for (LetterGroup group : groups) {
            table.row(
                    group.key() == null ? "(none)" : group.key(),
                    group.count(),
                    group.oldest(),
                    group.newest(),
                    group.sample(),
                    group.code(),
                    group.reason());
        }
        front.show(new Listing<>(groups, found.more()), table, nothing);
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

    static DeadLetterView get(Front front, String id) {
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
