package io.leasehold.cli.command;

import io.leasehold.cli.output.Table;
import io.leasehold.ledger.api.LetterGroup;
import io.leasehold.ledger.api.Paths;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How many letters there are, of what and of whom. */
@Command(
        name = "stats",
        description =
                "How many letters are open, in one look: by code, by age, and the tenants with the"
                        + " most",
        mixinStandardHelpOptions = true)
final class DeadLettersStats implements Runnable {
    /** More than there are codes. */
    private static final int CODES = 200;

    private static final int TENANTS = 10;

    @Mixin private final Front front = new Front();
    @Mixin private final Which which = new Which();

    @Option(names = "--all", description = "closed ones too")
    private boolean all;

    /**
     * The counts, for scripts: groups as list --group-by gives them. What an older service does not
     * tell is null.
     */
    record Stats(
            long letters,
            @Nullable Long lastHour,
            @Nullable Long hourBefore,
            @Nullable Long tenants,
            List<LetterGroup> byCode,
            List<LetterGroup> byAge,
            List<LetterGroup> byTenant) {}

    @Override
    public void run() {
        Comparator<LetterGroup> most = Comparator.comparingLong(LetterGroup::count).reversed();
        List<LetterGroup> codes = groups("code", Map.of()).stream().sorted(most).toList();
        List<LetterGroup> ages =
                groups("age", Map.of()).stream()
                        .sorted(Comparator.comparing(LetterGroup::newest).reversed())
                        .toList();
        // Ordered there: there may be more tenants than anybody wants to fetch.
        List<LetterGroup> tenants = groups("tenant", Map.of("order", "most"));
        Long ofTenants = tenants.isEmpty() ? Long.valueOf(0) : tenants.getFirst().keys();
        if (ofTenants == null) {
            front.warn(
                    "This service is older than this command: of its tenants the first by name are"
                            + " shown, which need not have the most.");
        }
        Long lastHour = 0L;
        Long hourBefore = 0L;
        for (LetterGroup code : codes) {
            lastHour = sum(lastHour, code.lastHour());
            hourBefore = sum(hourBefore, code.hourBefore());
        }
        Stats stats =
                new Stats(
                        codes.stream().mapToLong(LetterGroup::count).sum(),
                        lastHour,
                        hourBefore,
                        ofTenants,
                        codes,
                        ages,
                        tenants);
        if (front.asJson()) {
            front.json(stats);
        } else {
            tell(stats);
        }
    }

    /** Null where one is not told. */
    private static @Nullable Long sum(@Nullable Long one, @Nullable Long other) {
        return one == null || other == null ? null : Long.valueOf(one + other);
    }

    private List<LetterGroup> groups(String by, Map<String, Object> order) {
        Map<String, Object> query = new TreeMap<>(which.query());
        query.putAll(order);
        if (!all) {
            query.put("status", "OPEN");
        }
        query.put("by", by);
        int most = order.isEmpty() ? CODES : TENANTS;
        return front.service().all(Paths.DEAD_LETTER_GROUPS, query, LetterGroup.class, most);
    }

    private void tell(Stats stats) {
        front.say(
                "%d letters%s of %s tenants; %s of the last hour, %s of the hour before."
                        .formatted(
                                stats.letters(),
                                all ? ", closed ones too," : " are open,",
                                told(stats.tenants()),
                                told(stats.lastHour()),
                                told(stats.hourBefore())));
        if (stats.letters() > 0) {
            print("CODE", stats.byCode());
            print("FAILED WITHIN", stats.byAge());
            print("TENANT", stats.byTenant());
        }
    }

    private static String told(@Nullable Long count) {
        return count == null ? "-" : count.toString();
    }

    private void print(String what, List<LetterGroup> groups) {
        Table table =
                new Table(what, "LETTERS", "LAST HOUR", "HOUR BEFORE", "OLDEST", "FOR EXAMPLE");
        for (LetterGroup group : groups) {
            table.row(
                    group.key() == null ? "(none)" : group.key(),
                    group.count(),
                    group.lastHour(),
                    group.hourBefore(),
                    group.oldest(),
                    group.sample());
        }
        front.say("");
        front.print(table);
    }
}
