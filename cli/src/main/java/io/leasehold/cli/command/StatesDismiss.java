package io.leasehold.cli.command;

import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.OrphanRequest;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StateChange;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says that an orphan is of no use. */
@Command(
        name = "dismiss",
        description = "Settles an orphan as of no use, with --execute; its bytes stay for a while",
        mixinStandardHelpOptions = true)
final class StatesDismiss implements Runnable {

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
                        stack.path(service, Paths.ORPHAN_DISMISS, Map.of("version", version)),
                        new OrphanRequest(execute, acting.reason()),
                        StateChange.class));
    }
}
