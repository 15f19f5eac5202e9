package io.leasehold.cli.command;

import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.Listing;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.AuditView;
import io.leasehold.ledger.api.Paths;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who did what, to whom, and why. */
@Command(
        name = "audit",
        description =
                "Who did what, to whom and why, newest first; --follow tells it as it happens",
        mixinStandardHelpOptions = true)
public final class AuditTrail implements Runnable {
    private static final int BEFORE_FOLLOWING = 10;

    @Mixin private final Front front = new Front();
    @Mixin private final Narrow narrow = new Narrow();

    @Option(names = "--actor", paramLabel = "NAME", description = "only what this one did")
    private @Nullable String actor;

    @Option(names = "--action", paramLabel = "ACTION", description = "only this, as lock-state")
    private @Nullable String action;

    @Option(
            names = "--subject",
            paramLabel = "TEXT",
            description = "only on what begins so, as acme/1/database")
    private @Nullable String subject;

    @Option(
            names = "--follow",
            description = "the last few, oldest first, and then each as it comes; a line for each")
    private boolean follow;

    @Override
    public void run() {
        if (follow) {
            follow();
        } else {
            list();
        }
    }

    private void list() {
        Listing<AuditView> entries =
                front.service().list(Paths.AUDIT, query(), AuditView.class, narrow.limit());
        Table table = new Table("TIME", "ACTOR", "ROLE", "ACTION", "SUBJECT", "OUTCOME", "REASON");
        for (AuditView entry : entries.items()) {
            table.row(
                    entry.at(),
                    entry.actor(),
                    entry.role(),
                    entry.action(),
                    entry.subject(),
                    entry.outcome(),
                    entry.reason());
        }
        front.show(entries, table, "Nothing of that kind was done.");
    }

    /**
     * The listing shows what has committed by now; the stream begins at the oldest of that, so that
     * what commits late between them is told too.
     */
    private void follow() {
        StateService service = front.service();
        Listing<AuditView> last =
                service.list(
                        Paths.AUDIT,
                        query(),
                        AuditView.class,
                        Math.min(narrow.limit(), BEFORE_FOLLOWING));
        last.items().reversed().forEach(this::tell);
        Set<Long> told = last.items().stream().map(AuditView::id).collect(Collectors.toSet());
        Map<String, Object> query = query();
        query.put("after", last.items().isEmpty() ? 0 : last.items().getLast().id());
        service.follow(
                Paths.AUDIT_STREAM,
                query,
                AuditView.class,
                entry -> {
                    if (!told.contains(entry.id())) {
                        tell(entry);
                    }
                    return entry.id();
                });
    }

    private Map<String, Object> query() {
        Map<String, Object> query = new TreeMap<>(narrow.query());
        put(query, "actor", actor);
        put(query, "action", action);
        put(query, "subject", subject);
        return query;
    }

    private static void put(Map<String, Object> query, String name, @Nullable String value) {
        if (value != null) {
            query.put(name, value);
        }
    }

    private void tell(AuditView entry) {
        front.say(
                front.asJson()
                        ? StateService.words(StateService.JSON.valueToTree(entry))
                        : line(entry));
    }

    private static String line(AuditView entry) {
        String reason = entry.reason();
        return Stream.of(
                        entry.at(),
                        entry.actor(),
                        entry.action(),
                        entry.subject(),
                        entry.outcome(),
                        reason == null ? "" : reason)
                .map(text -> text.replaceAll("\\p{Cc}+", " "))
                .collect(Collectors.joining("  "))
                .stripTrailing();
    }
}
