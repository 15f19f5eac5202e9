package io.leasehold.cli.command;

import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.Listing;
import io.leasehold.ledger.api.LockView;
import io.leasehold.ledger.api.Paths;
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
        list(front, narrow);
    }

    @Command(
            name = "list",
            description = "The same as without a word",
            mixinStandardHelpOptions = true)
    void list(@Mixin Front mine, @Mixin Narrow which) {
        Listing<LockView> locks =
                mine.service().list(Paths.LOCKS, which.query(), LockView.class, which.limit());
        Table table =
                new Table(
                        "STACK",
                        "HOLDER",
                        "ALIVE",
                        "EPOCH",
                        "SINCE",
                        "LAST BEAT",
                        "RUN OR LOCK ID",
                        "WHO");
        for (LockView lock : locks.items()) {
            table.row(
                    lock.stack(),
                    lock.holder(),
                    lock.alive() ? "yes" : "no",
                    lock.epoch(),
                    lock.since(),
                    lock.lastBeat(),
                    lock.runId() == null ? lock.id() : lock.runId(),
                    lock.who());
        }
        mine.show(locks, table, "Nobody holds a stack.");
    }
}
