package io.leasehold.cli.command;

import io.leasehold.cli.output.Table;
import io.leasehold.ledger.api.DriftReport;
import io.leasehold.ledger.api.DriftView;
import io.leasehold.ledger.api.Paths;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What is adrift now. */
@Command(
        name = "drift",
        description = "What was changed behind our back and still is",
        mixinStandardHelpOptions = true)
public final class Drift implements Runnable {

    @Mixin private final Front front = new Front();
    @Mixin private final Narrow narrow = new Narrow();

    @Override
    public void run() {
        List<DriftView> drift =
                front.service().all(Paths.DRIFT, narrow.query(), DriftView.class, narrow.limit());
        Table table = new Table("STACK", "ADDRESS", "ACTION", "ATTRIBUTES", "FIRST SEEN", "LAST SEEN");
        for (DriftView one : drift) {
            for (DriftReport.Change change : one.changes()) {
                table.row(
                        one.stack(),
                        change.address(),
                        change.action(),
                        change.attributes().stream()
                                .map(DriftReport.Attribute::path)
                                .collect(Collectors.joining(", ")),
                        one.firstSeen(),
                        one.lastSeen());
            }
        }
        front.show(drift, table);
    }
}
