package io.leasehold.cli.command;

import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.LetterDiscard;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RepairReply;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Closes letters of which nothing is to become. */
@Command(
        name = "discard",
        description =
                "Says what it would close; closes with --execute letters of which nothing is to"
                        + " become. They stay visible with list --all; a stack that failed stays"
                        + " failed. The reason has at least 10 characters",
        mixinStandardHelpOptions = true)
final class DeadLettersDiscard implements Callable<Integer> {

    @Mixin private final Front front = new Front();
    @Mixin private final Where where = new Where();
    @Mixin private final Acting acting = new Acting();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "at most so many letters (default: ${DEFAULT-VALUE})")
    private int limit;

    @Override
    public Integer call() {
        boolean execute = acting.execute();
        StateService service = front.service();
        where.ids();
        List<String> ids = LettersOf.ids(front, where, limit);
        Map<String, RepairReply> replies = new LinkedHashMap<>();
        for (String id : ids) {
            RepairReply reply =
                    service.send(
                            "POST",
                            StateService.path(Paths.DEAD_LETTER_DISCARD, Map.of("id", id)),
                            new LetterDiscard(execute, acting.reason()),
                            RepairReply.class);
            replies.put(id, reply);
            if (!front.asJson()) {
                front.say(id + ": " + reply.what());
            }
        }
        if (replies.isEmpty()) {
            throw new CommandFailure(ExitCode.NOT_FOUND, "No open letter matches.");
        }
        if (front.asJson()) {
            front.json(replies);
        } else if (!execute) {
            front.say("Dry run, nothing was done.");
        }
        return ExitCode.OK.number();
    }
}
