package io.leasehold.cli.command;

import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.Listing;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.LetterGroup;
import io.leasehold.ledger.api.Paths;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Dead letters: what failed for good, why, and how it is sent again. */
@Command(
        name = "dead-letters",
        description = "What failed for good: list, show, edit a copy, replay, and more",
        subcommands = {
            DeadLettersStats.class,
            DeadLettersShow.class,
            DeadLettersEdit.class,
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
        day,
        age
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
                                    "counts them by code, tenant, blueprint, fingerprint (cause),"
                                            + " day or age: all, those of the last hour and of the hour"
                                            + " before it")
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
                        "LAST HOUR",
                        "HOUR BEFORE",
                        "OLDEST",
                        "NEWEST",
                        "FOR EXAMPLE",
                        "ITS CODE",
                        "ITS REASON");
        for (LetterGroup group : groups) {
            table.row(
                    group.key() == null ? "(none)" : group.key(),
                    group.count(),
                    group.lastHour(),
                    group.hourBefore(),
                    group.oldest(),
                    group.newest(),
                    group.sample(),
                    group.code(),
                    group.reason());
        }
        front.show(new Listing<>(groups, found.more()), table, nothing);
    }
}
