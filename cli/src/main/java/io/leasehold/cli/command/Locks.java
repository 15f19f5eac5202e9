package io.leasehold.cli.command;

import io.leasehold.cli.output.Table;
import io.leasehold.ledger.api.LockView;
import io.leasehold.ledger.api.Paths;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Who holds which stack. */
@Command(
        name = "locks",
        description = "Who holds which stack, since when, and whether they live",
        mixinStandardHelpOptions = true)
public final class Locks implements Runnable {

    @Mixin private final Front front = new Front();
    @Mixin private final Narrow narrow = new Narrow();

    @Override
    public void run() {
        List<LockView> locks =
                front.service().all(Paths.LOCKS, narrow.query(), LockView.class, narrow.limit());
        Table table =
                new Table("STACK", "HOLDER", "WHO", "RUN", "EPOCH", "SINCE", "LAST BEAT", "ALIVE");
        for (LockView lock : locks) {
            table.row(
                    lock.stack(),
                    lock.holder(),
                    lock.who(),
                    lock.runId(),
                    lock.epoch(),
                    lock.since(),
                    lock.lastBeat(),
                    lock.alive());
        }
        front.show(locks, table);
    }
}
