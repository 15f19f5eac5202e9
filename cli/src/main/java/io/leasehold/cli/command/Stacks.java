package io.leasehold.cli.command;

import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.cli.output.Table;
import io.leasehold.cli.service.Listing;
import io.leasehold.ledger.api.HoldRelease;
import io.leasehold.ledger.api.HoldReply;
import io.leasehold.ledger.api.HoldRequest;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StackView;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Stacks of tenants. */
@Command(
        name = "stacks",
        description = "Stacks, where they are, and why; hold and release them",
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

    @Command(
            name = "hold",
            description =
                    "Lets nothing run on a stack, or on any of a tenant's, until it is released;"
                            + " a plan at work is dropped, an apply goes on to its end",
            mixinStandardHelpOptions = true)
    void hold(
            @Mixin Front mine,
            @Mixin SomeStacks which,
            @Option(
                            names = "--reason",
                            required = true,
                            paramLabel = "WHY",
                            description = "why; it is recorded, and shown to who looks")
                    String reason,
            @Option(
                            names = "--until",
                            paramLabel = "TIME",
                            description =
                                    "ends by itself then, such as 2030-01-31T18:00:00Z; or after so"
                                            + " long, such as PT2H")
                    @Nullable String until) {
        HoldRequest request = new HoldRequest(reason, instant(until));
        told(mine, which.send(mine.service(), Paths.LIFE_HOLD, Paths.STACK_HOLD, request));
    }

    @Command(
            name = "release",
            description =
                    "Lets a stack go that is held, whatever for; of a tenant, all that people hold",
            mixinStandardHelpOptions = true)
    void release(@Mixin Front mine, @Mixin SomeStacks which, @Mixin Why why) {
        HoldRelease request = new HoldRelease(why.reason());
        told(mine, which.send(mine.service(), Paths.LIFE_UNHOLD, Paths.STACK_UNHOLD, request));
    }

    private static void told(Front mine, HoldReply reply) {
        mine.tell(reply, reply.what());
    }

    private static @Nullable String instant(@Nullable String until) {
        if (until == null || !until.startsWith("P")) {
            return until;
        }
        try {
            return Instant.now().plus(Duration.parse(until)).toString();
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--until takes a time or a length such as PT2H, not " + until);
        }
    }

    static String drift(StackView stack) {
        return stack.drifted() ? "drifted" : "none";
    }
}
