package io.leasehold.cli.command;

import io.leasehold.cli.output.Table;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StackView;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Stacks and where they are. */
@Command(
        name = "stacks",
        description = "Stacks, their revisions, and why they do not run",
        mixinStandardHelpOptions = true)
public final class Stacks implements Runnable {

    @Mixin private final Front front = new Front();
    @Mixin private final Narrow narrow = new Narrow();

    @Override
    public void run() {
        List<StackView> stacks =
                front.service().all(Paths.STACKS, narrow.query(), StackView.class, narrow.limit());
        Table table =
                new Table("STACK", "PHASE", "REVISION", "APPLIED", "STATE", "SERIAL", "DRIFT", "WHY");
        for (StackView stack : stacks) {
            @Nullable String why = stack.reason();
            table.row(
                    stack.stack(),
                    stack.phase(),
                    stack.revision(),
                    stack.appliedRevision(),
                    stack.stateVersion(),
                    stack.stateSerial(),
                    stack.drifted() ? "drifted" : "none",
                    why);
        }
        front.show(stacks, table);
    }
}
