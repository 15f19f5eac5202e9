package io.leasehold.cli.command;

import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.Listing;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.BreakerClosing;
import io.leasehold.ledger.api.BreakerView;
import io.leasehold.ledger.api.Paths;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What several tenants' runs failed at alike, so that others wait instead of failing too. */
@Command(
        name = "breakers",
        description = "What several tenants' runs failed at alike, and what waits for it",
        mixinStandardHelpOptions = true)
public final class Breakers implements Runnable {
    private static final int ALL = 500;

    @Mixin private final Front front = new Front();

    @Option(names = "--all", description = "those that were closed, too")
    private boolean all;

    @Override
    public void run() {
        list(front, all);
    }

    @Command(
            name = "list",
            description = "Open breakers; the same as without a word",
            mixinStandardHelpOptions = true)
    void list(
            @Mixin Front mine,
            @Option(names = "--all", description = "those that were closed, too") boolean all) {
        Listing<BreakerView> breakers =
                mine.service()
                        .list(
                                Paths.BREAKERS,
                                Map.of("closed", String.valueOf(all)),
                                BreakerView.class,
                                ALL);
        Table table =
                new Table(
                        "BREAKER", "PHASE", "SINCE", "CODE", "OF", "SEEN", "RUN", "HELD", "TRIES",
                        "CLOSED");
        breakers.items().forEach(breaker -> row(table, breaker));
        mine.show(breakers, table, "No breaker is open: nothing waits for one.");
    }

    private static void row(Table table, BreakerView breaker) {
        table.row(
                breaker.id(),
                breaker.phase(),
                breaker.openedAt(),
                breaker.code(),
                breaker.what(),
                "%d runs of %d tenants".formatted(breaker.failures(), breaker.tenants()),
                breaker.run(),
                breaker.held(),
                tries(breaker),
                breaker.closedAt() == null
                        ? "-"
                        : breaker.closedAt()
                                + " by "
                                + breaker.closedBy()
                                + ": "
                                + breaker.closedReason());
    }

    private static String tries(BreakerView breaker) {
        return switch (breaker.phase()) {
            case "OPEN" -> breaker.openUntil();
            case "HALF_OPEN" -> breaker.probe() + " now";
            default -> "-";
        };
    }

    @Command(
            name = "close",
            description = "Closes a breaker; what it holds may run, some at a time",
            mixinStandardHelpOptions = true)
    void close(@Mixin Front mine, @Parameters(paramLabel = "ID") String id, @Mixin Why why) {
        BreakerView breaker =
                mine.service()
                        .send(
                                "POST",
                                StateService.path(Paths.BREAKER_CLOSE, Map.of("id", id)),
                                new BreakerClosing(why.reason()),
                                BreakerView.class);
        mine.tell(
                breaker,
                "The breaker %s (%s) is closed; %d stacks are let go."
                        .formatted(breaker.id(), breaker.what(), breaker.held()));
    }
}
