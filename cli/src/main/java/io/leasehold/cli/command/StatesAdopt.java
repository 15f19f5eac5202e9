package io.leasehold.cli.command;

import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.OrphanRequest;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StateChange;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes an orphan the newest version. */
@Command(
        name = "adopt",
        description =
                "Says what would change if an orphan became the newest version; does it with --execute."
                        + " Never while somebody has its lock or a run is at work, or when others wrote since",
        mixinStandardHelpOptions = true)
final class StatesAdopt implements Runnable {

    @Mixin private final Front front = new Front();
    @Mixin private final OneStack stack = new OneStack();
    @Mixin private final Acting acting = new Acting();

    @Parameters(index = "2", paramLabel = "VERSION", description = "of the orphan")
    private long version;

    @Override
    public void run() {
        boolean execute = acting.execute();
        StateService service = front.service();
        Difference.show(
                front,
                service.send(
                        "POST",
                        stack.path(service, Paths.ORPHAN_ADOPT, Map.of("version", version)),
                        new OrphanRequest(execute, acting.reason()),
                        StateChange.class));
    }
}
