package io.leasehold.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.LetterCopy;
import io.leasehold.ledger.api.LetterImport;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RepairReply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes letters in that were exported. */
@Command(
        name = "import",
        description =
                "Says what it would take in; takes in with --execute what export gave, here or"
                        + " elsewhere: events that were open, each once",
        mixinStandardHelpOptions = true)
final class DeadLettersImport implements Callable<Integer> {
    private static final int LONGEST_LINE = 4 * 1024 * 1024;

    @Mixin private final Front front = new Front();
    @Mixin private final Acting acting = new Acting();

    @Parameters(paramLabel = "FILE", description = "what export gave; - reads standard input")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private String file;

    @Override
    public Integer call() {
        boolean execute = acting.execute();
        StateService service = front.service();
        List<String> lines =
                new String(Input.read(file), StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> !line.isBlank())
                        .toList();
        boolean failed = false;
        for (int i = 0; i < lines.size(); i++) {
            try {
                RepairReply reply =
                        service.send(
                                "POST",
                                Paths.DEAD_LETTERS,
                                new LetterImport(copy(lines.get(i)), execute, acting.reason()),
                                RepairReply.class);
                front.tell(reply, reply.what());
            } catch (CommandFailure failure) {
                if (failure.exitCode() != ExitCode.REFUSED) {
                    throw failure;
                }
                failed = true;
                front.warn("line " + (i + 1) + ": " + failure.getMessage());
            }
        }
        if (!execute && !front.asJson()) {
            front.say("Dry run, nothing was done.");
        }
        return (failed ? ExitCode.FINDINGS : ExitCode.OK).number();
    }

    private static LetterCopy copy(String line) {
        try {
            if (line.length() <= LONGEST_LINE) {
                JsonNode tree = StateService.JSON.readTree(line);
                if (tree.isObject()) {
                    return StateService.JSON.treeToValue(tree, LetterCopy.class);
                }
            }
        } catch (IOException notJson) {
            // Said below.
        }
        throw new CommandFailure(ExitCode.REFUSED, "This is not a line that export gives.");
    }
}
