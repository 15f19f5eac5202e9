package io.leasehold.cli.command;

import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.Listing;
import io.leasehold.ledger.api.DriftReport;
import io.leasehold.ledger.api.DriftView;
import io.leasehold.ledger.api.Paths;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What is adrift now. */
@Command(
        name = "drift",
        description = "What was changed behind our back and still is, oldest first",
        mixinStandardHelpOptions = true)
public final class Drift implements Runnable {

    @Mixin private final Front front = new Front();
    @Mixin private final Narrow narrow = new Narrow();

    @Override
    public void run() {
        list(front, narrow);
    }

    @Command(
            name = "list",
            description = "The same as without a word",
            mixinStandardHelpOptions = true)
    void list(@Mixin Front mine, @Mixin Narrow which) {
        Listing<DriftView> drift =
                mine.service().list(Paths.DRIFT, which.query(), DriftView.class, which.limit());
        Table table =
                new Table("STACK", "FIRST SEEN", "LAST SEEN", "ACTION", "ADDRESS", "ATTRIBUTES");
        for (DriftView one : drift.items()) {
            for (DriftReport.Change change : one.changes()) {
                table.row(
                        one.stack(),
                        one.firstSeen(),
                        one.lastSeen(),
                        change.action(),
                        change.address(),
                        attributes(change));
            }
        }
        mine.show(drift, table, "Nothing is adrift.");
    }

    private static String attributes(DriftReport.Change change) {
        return change.attributes().stream()
                .map(DriftReport.Attribute::path)
                .collect(Collectors.joining(", "));
    }
}
