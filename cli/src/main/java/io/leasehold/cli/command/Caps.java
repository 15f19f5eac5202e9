package io.leasehold.cli.command;

import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.Listing;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.CapRemoval;
import io.leasehold.ledger.api.CapRequest;
import io.leasehold.ledger.api.CapView;
import io.leasehold.ledger.api.Paths;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How many runs may be at work at once of those that share a credential or a blueprint. */
@Command(
        name = "caps",
        description = "How many runs may be at work at once, by credential or blueprint",
        mixinStandardHelpOptions = true)
public final class Caps implements Runnable {
    private static final int ALL = 1000;

    @Mixin private final Front front = new Front();

    @Override
    public void run() {
        list(front);
    }

    @Command(
            name = "list",
            description = "All caps; the same as without a word",
            mixinStandardHelpOptions = true)
    void list(@Mixin Front mine) {
        Listing<CapView> caps = mine.service().list(Paths.CAPS, Map.of(), CapView.class, ALL);
        Table table =
                new Table("CAP", "MOST", "AT WORK", "TENANTS", "BLUEPRINT", "STACK", "SET", "BY");
        caps.items().forEach(cap -> row(table, cap));
        mine.show(caps, table, "There are no caps: runs are bounded by the workers' slots alone.");
    }

    private static void row(Table table, CapView cap) {
        table.row(
                cap.name(),
                cap.most(),
                cap.atWork(),
                cap.tenants(),
                cap.blueprint() == null ? "*" : cap.blueprint(),
                cap.stack() == null ? "*" : cap.stack(),
                cap.setAt(),
                cap.setBy());
    }

    @Command(
            name = "set",
            description =
                    "Sets a cap, or changes it at once; name it like the binding whose credential"
                            + " it guards, and name its runs as that binding does",
            mixinStandardHelpOptions = true)
    void set(
            @Mixin Front mine,
            @Parameters(paramLabel = "CAP") String name,
            @Option(
                            names = "--most",
                            required = true,
                            paramLabel = "N",
                            description = "runs at work at once; 0 lets none begin")
                    int most,
            @Option(
                            names = "--tenants",
                            paramLabel = "PATTERN",
                            description =
                                    "only of these tenants; * stands for any run of characters")
                    @Nullable String tenants,
            @Option(names = "--blueprint", paramLabel = "NAME", description = "only of this one")
                    @Nullable String blueprint,
            @Option(names = "--stack", paramLabel = "STACK", description = "only this stack's")
                    @Nullable String stack,
            @Mixin Why why) {
        CapView cap =
                mine.service()
                        .send(
                                "PUT",
                                StateService.path(Paths.CAP, Map.of("name", name)),
                                new CapRequest(most, tenants, blueprint, stack, why.reason()),
                                CapView.class);
        mine.tell(
                cap,
                "At most %d runs under %s are at work at once from now on; now there are %d."
                        .formatted(cap.most(), cap.name(), cap.atWork()));
    }

    @Command(
            name = "remove",
            description = "Removes a cap; what it held back may run",
            mixinStandardHelpOptions = true)
    void remove(@Mixin Front mine, @Parameters(paramLabel = "CAP") String name, @Mixin Why why) {
        CapView cap =
                mine.service()
                        .send(
                                "POST",
                                StateService.path(Paths.CAP_REMOVE, Map.of("name", name)),
                                new CapRemoval(why.reason()),
                                CapView.class);
        mine.tell(cap, "The cap " + cap.name() + " is gone.");
    }
}
