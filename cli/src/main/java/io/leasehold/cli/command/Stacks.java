package io.leasehold.cli.command;

import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.Listing;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StackView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Stacks of tenants. */
@Command(
        name = "stacks",
        description = "Stacks, where they are, and why",
        mixinStandardHelpOptions = true)
public final class Stacks implements Runnable {

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
        Listing<StackView> stacks =
                mine.service().list(Paths.STACKS, which.query(), StackView.class, which.limit());
        Table table =
                new Table(
                        "STACK", "PHASE", "REVISION", "APPLIED", "STATE", "SERIAL", "DRIFT", "WHY");
        for (StackView stack : stacks.items()) {
            table.row(
                    stack.stack(),
                    stack.phase(),
                    stack.revision(),
                    stack.appliedRevision(),
                    stack.stateVersion(),
                    stack.stateSerial(),
                    drift(stack),
                    stack.reason());
        }
        mine.show(stacks, table, "There are no stacks.");
    }

    static String drift(StackView stack) {
        return stack.drifted() ? "drifted" : "none";
    }
}
