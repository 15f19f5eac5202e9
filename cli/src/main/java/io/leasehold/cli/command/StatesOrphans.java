package io.leasehold.cli.command;

import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StateVersionView;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** States that runs wrote when their right to was gone. */
@Command(
        name = "orphans",
        description =
                "States that runs wrote after they had lost their lease, with the reason, and why"
                        + " the ledger could not settle them itself: adopt or dismiss each",
        mixinStandardHelpOptions = true)
final class StatesOrphans implements Runnable {

    @Mixin private final Front front = new Front();
    @Mixin private final Narrow narrow = new Narrow();

    @Option(names = "--all", description = "those that are settled too")
    private boolean all;

    @Override
    public void run() {
        Map<String, Object> query = narrow.query();
        if (all) {
            query.put("settled", true);
        }
        States.show(
                front,
                front.service().list(Paths.ORPHANS, query, StateVersionView.class, narrow.limit()),
                all ? "There are no orphans." : "No orphan is open; --all shows settled ones.");
    }
}
