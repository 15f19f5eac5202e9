package io.leasehold.cli.command;

import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.DeadLetterEdit;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RawHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Corrects a letter's event. */
@Command(
        name = "edit",
        description =
                "Keeps a corrected copy beside the original, in place of one that was there; says"
                        + " what is still wrong",
        mixinStandardHelpOptions = true)
final class DeadLettersEdit implements Runnable {

    @Mixin private final Front front = new Front();
    @Mixin private final Why why = new Why();

    @Parameters(paramLabel = "ID")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private String id;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private What what;

    /** One of the two. */
    static final class What {
        @Option(
                names = "--value",
                paramLabel = "FILE",
                description =
                        "the whole corrected value, made from what show --raw gives; - reads"
                                + " standard input")
        private @Nullable String value;

        @Option(
                names = "--patch",
                paramLabel = "FILE",
                description =
                        "what differs from the original value, as a JSON merge patch (null takes"
                                + " a name away); - reads standard input")
        private @Nullable String patch;
    }

    @Option(
            names = "--header",
            paramLabel = "NAME=VALUE",
            description =
                    "sets or replaces a header of the original, which is read for it with its exact"
                            + " bytes, and recorded so")
    private @Nullable List<String> headers;

    @Option(names = "--key", description = "replaces the key")
    private @Nullable String key;

    @Override
    public void run() {
        DeadLetterEdit edit =
                new DeadLetterEdit(
                        text(what.value), text(what.patch), merged(headers), key, why.reason());
        DeadLetterView letter =
                front.service()
                        .send(
                                "PUT",
                                StateService.path(Paths.DEAD_LETTER_EDIT, Map.of("id", id)),
                                edit,
                                DeadLetterView.class);
        if (front.asJson()) {
            front.json(letter);
        } else {
            front.say("A corrected copy is kept beside the original. " + letter.remedy());
            front.say("See what would happen: leasehold dead-letters replay " + letter.id());
        }
    }

    private static @Nullable String text(@Nullable String file) {
        return file == null ? null : new String(Input.read(file), StandardCharsets.UTF_8);
    }

    private @Nullable List<RawHeader> merged(@Nullable List<String> changes) {
        if (changes == null) {
            return null;
        }
        List<RawHeader> all = new ArrayList<>(DeadLettersShow.letter(front, id, true).headers());
        for (String change : changes) {
            int equals = change.indexOf('=');
            if (equals < 1) {
                throw new CommandFailure(
                        ExitCode.USAGE, "--header takes NAME=VALUE, not " + change + ".");
            }
            String name = change.substring(0, equals);
            all.removeIf(header -> header.name().equals(name));
            all.add(
                    new RawHeader(
                            name, change.substring(equals + 1).getBytes(StandardCharsets.UTF_8)));
        }
        return all;
    }
}
