package io.leasehold.cli.command;

import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.LetterCopy;
import io.leasehold.ledger.api.Paths;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Gives letters away byte for byte. */
@Command(
        name = "export",
        description =
                "Letters with their exact bytes, a line of JSON each, on standard output: all that"
                        + " are open, or those that are meant. Each is recorded, as reading it is",
        mixinStandardHelpOptions = true)
final class DeadLettersExport implements Callable<Integer> {

    @Mixin private final Front front = new Front();
    @Mixin private final Where where = new Where();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "1000",
            description = "at most so many letters (default: ${DEFAULT-VALUE})")
    private int limit;

    @Override
    public Integer call() {
        StateService service = front.service();
        List<String> ids = LettersOf.ids(front, where, limit);
        if (ids.isEmpty()) {
            throw new CommandFailure(ExitCode.NOT_FOUND, "No open letter matches.");
        }
        for (String id : ids) {
            LetterCopy copy =
                    service.get(
                            StateService.path(Paths.DEAD_LETTER_EXPORT, Map.of("id", id)),
                            Map.of(),
                            LetterCopy.class);
            front.say(new String(StateService.json(copy), StandardCharsets.UTF_8));
        }
        return ExitCode.OK.number();
    }
}
