package io.leasehold.cli.command;

import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.Paths;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Stores a state from a file, as {@code tofu state push} does. */
@Command(
        name = "push",
        description =
                "Stores a state from a file under a lock of its own. One of another lineage, or with"
                        + " an older serial, is taken with --new-lineage only",
        mixinStandardHelpOptions = true)
final class StatesPush implements Runnable {

    @Mixin private final Front front = new Front();
    @Mixin private final OneStack stack = new OneStack();

    @Parameters(index = "2", paramLabel = "FILE", description = "- reads standard input")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private String file;

    @Option(
            names = "--new-lineage",
            description = "whatever lineage and serial the stack's state has; needs --reason")
    private boolean newLineage;

    @Option(
            names = "--reason",
            paramLabel = "WHY",
            description = "why the lineage changes; it is recorded")
    private @Nullable String reason;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public void run() {
        Map<String, String> headers = headers();
        byte[] state = Input.read(file);
        StateService service = front.service();
        String path = stack.path(service, Paths.STATE);
        String lock = UUID.randomUUID().toString();
        byte[] document = document(lock);
        service.bytes("LOCK", path, Map.of(), Map.of(), document);
        try {
            service.bytes("POST", path, Map.of("ID", lock), headers, state);
        } catch (CommandFailure refused) {
            unlock(service, path, document, refused);
            throw refused;
        }
        service.bytes("UNLOCK", path, Map.of(), Map.of(), document);
        front.tell(
                new Pushed(stack.toString(), state.length),
                state.length + " bytes are the newest state of " + stack + " now.");
    }

    /** What was stored. */
    record Pushed(String stack, long bytes) {}

    /** Why the state was not taken is what counts then. */
    private static void unlock(
            StateService service, String path, byte[] document, CommandFailure refused) {
        try {
            service.bytes("UNLOCK", path, Map.of(), Map.of(), document);
        } catch (CommandFailure stillLocked) {
            refused.addSuppressed(stillLocked);
        }
    }

    private Map<String, String> headers() {
        Map<String, String> headers = new HashMap<>();
        String why = reason == null ? "" : reason.strip();
        if (newLineage == why.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--new-lineage and --reason go together: say why.");
        }
        if (!why.chars().allMatch(c -> c >= ' ' && c < 127)) {
            throw new ParameterException(
                    spec.commandLine(), "--reason takes plain ASCII here: it goes in a header.");
        }
        if (newLineage) {
            headers.put(Paths.REASON_HEADER, why);
        }
        return headers;
    }

    private static byte[] document(String lock) {
        Map<String, String> document =
                Map.of(
                        "ID", lock,
                        "Operation", "states push",
                        "Who", System.getProperty("user.name", "somebody"),
                        "Info", "leasehold states push",
                        "Version", "",
                        "Created", Instant.now().toString(),
                        "Path", "");
        return StateService.json(document);
    }
}
