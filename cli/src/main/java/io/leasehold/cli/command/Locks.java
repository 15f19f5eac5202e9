package io.leasehold.cli.command;

import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.Listing;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.LockReleaseRequest;
import io.leasehold.ledger.api.LockReleased;
import io.leasehold.ledger.api.LockView;
import io.leasehold.ledger.api.Paths;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who holds which stack. */
@Command(
        name = "locks",
        description = "Who holds which stack, since when, whether they live; release takes it",
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
                        "WHO",
                        "DOING");
        for (LockView lock : locks.items()) {
            table.row(
                    lock.stack(),
                    lock.holder(),
                    alive(lock),
                    lock.epoch(),
                    lock.since(),
                    lock.lastBeat(),
                    lock.id(),
                    lock.who(),
                    lock.doing());
        }
        mine.show(locks, table, "Nobody holds a stack.");
    }

    private static String alive(LockView lock) {
        if (lock.released()) {
            return "released";
        }
        return lock.alive() ? "yes" : "no";
    }

    @Command(
            name = "release",
            description =
                    "Takes a stack from its holder: a run loses its right at once and the next one"
                            + " takes over when its lease is over; a person's lock is gone",
            mixinStandardHelpOptions = true)
    void release(
            @Mixin Front mine,
            @Mixin OneStack stack,
            @Mixin Why why,
            @Option(
                            names = "--even-though-alive",
                            paramLabel = "ID",
                            description =
                                    "the run's or the lock's id once more: though its holder lives")
                    @Nullable String evenThoughAlive) {
        StateService service = mine.service();
        LockReleased released =
                service.send(
                        "POST",
                        stack.path(service, Paths.LOCK_RELEASE),
                        new LockReleaseRequest(why.reason(), evenThoughAlive),
                        LockReleased.class);
        mine.tell(released, released.what());
    }
}
