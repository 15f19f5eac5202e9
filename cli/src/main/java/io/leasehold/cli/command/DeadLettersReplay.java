package io.leasehold.cli.command;

import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.ReplayOrder;
import io.leasehold.ledger.api.ReplayPlan;
import io.leasehold.ledger.api.ReplayReply;
import io.leasehold.ledger.api.ReplayRequest;
import io.leasehold.ledger.api.ReplayView;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Sends what failed again, one letter or many. */
@Command(
        name = "replay",
        description =
                "Says what would happen; does it with --execute: of many one first, and the others"
                        + " once that one has gone well, the oldest first. Exit code 3 when some"
                        + " failed again, 4 when none matches, 5 when a guard refuses, 6 when"
                        + " another command is at it",
        mixinStandardHelpOptions = true)
final class DeadLettersReplay implements Callable<Integer> {

    @Mixin private final Front front = new Front();
    @Mixin private final Where where = new Where();
    @Mixin private final Acting acting = new Acting();

    @Option(
            names = "--force",
            description = {
                "passes the guards that say so: came back three times, failed the same way",
                "again, deletes the tenant"
            })
    private boolean force;

    @Option(
            names = "--no-representative",
            description = "lets all go at once, without one that has gone well")
    private boolean noRepresentative;

    @Mixin private final Rate rate = new Rate();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "at most so many letters, up to 1000 (default: ${DEFAULT-VALUE})")
    private int limit;

    @Option(
            names = "--max-tenants",
            paramLabel = "N",
            defaultValue = "20",
            description = "of so many tenants at once (default: ${DEFAULT-VALUE})")
    private int maxTenants;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public Integer call() {
        boolean execute = acting.execute();
        if (limit < 1 || limit > 1000 || maxTenants < 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--limit takes a number from 1 to 1000, --max-tenants one from 1.");
        }
        double perSecond = rate.perSecond();
        String single = where.single();
        return (single == null ? many(execute, perSecond) : one(single, execute)).number();
    }

    private ExitCode one(String id, boolean execute) {
        ReplayReply reply =
                front.service()
                        .send(
                                "POST",
                                StateService.path(Paths.DEAD_LETTER_REPLAY, Map.of("id", id)),
                                new ReplayRequest(execute, acting.reason(), force),
                                ReplayReply.class);
        front.tell(reply, Acting.said(execute, reply.executed()) + reply.what());
        return ExitCode.OK;
    }

    private ExitCode many(boolean execute, double perSecond) {
        ReplayPlan plan = order(execute);
        ReplayView begun = plan.replay();
        if (begun == null && plan.items().isEmpty()) {
            throw new CommandFailure(ExitCode.NOT_FOUND, "No open letter matches.");
        }
        if (begun != null) {
            front.warn(
                    "Replay "
                            + begun.id()
                            + " is begun."
                            + (plan.more() ? " More letters match than --limit lets in." : ""));
            return new ReplayDrive(front, begun.id(), perSecond).run();
        }
        if (front.asJson()) {
            front.json(plan);
        } else {
            front.print(ReplayDrive.table(plan.items()));
            front.say(
                    "Dry run, nothing was done. "
                            + ReplayDrive.counts(plan.items())
                            + "; waiting ones would be replayed"
                            + (noRepresentative || plan.items().size() == 1
                                    ? "."
                                    : ", one of them first.")
                            + (plan.more() ? " More letters match than --limit lets in." : ""));
        }
        return ExitCode.OK;
    }

    private ReplayPlan order(boolean execute) {
        return front.service()
                .send(
                        "POST",
                        Paths.REPLAYS,
                        new ReplayOrder(
                                where.ids(),
                                where.letters(),
                                limit,
                                !noRepresentative,
                                maxTenants,
                                force,
                                execute,
                                acting.reason()),
                        ReplayPlan.class);
    }
}
