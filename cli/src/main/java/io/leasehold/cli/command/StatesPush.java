package io.leasehold.cli.command;

import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.Paths;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
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
                        + " an older serial, is taken with --new-lineage only; one that lacks managed"
                        + " things of the present state when their number is said",
        mixinStandardHelpOptions = true)
final class StatesPush implements Runnable {
    private static final int SHOWN = 5;

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

    @Option(
            names = "--even-though-it-forgets",
            paramLabel = "N",
            description = {
                "how many managed things would no longer be in the state;",
                "needed where there are any, and said when it is not given"
            })
    private @Nullable Long evenThoughItForgets;

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
            mayForget(service.bytes(path), state);
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

    /** Looked at under the lock: the number is that of the state as it is now. */
    private void mayForget(byte[] now, byte[] next) {
        Optional<Set<String>> forgotten =
                ManagedThings.of(now)
                        .flatMap(gone ->
                                ManagedThings.of(next)
                                        .map(kept -> {
                                            gone.removeAll(kept);
                                            return gone;
                                        }));
        if (forgotten.isEmpty()) {
            front.warn(
                    "Whether the new state lacks managed things of the present one is not known.");
            return;
        }
        long count = forgotten.get().size();
        if (count > 0 && !Objects.equals(evenThoughItForgets, count)) {
            throw new CommandFailure(
                    ExitCode.REFUSED,
                    "Managed things that would no longer be in the state: %d (%s%s). The next apply makes them again, or fails where they exist. Where that is meant, repeat the number: --even-though-it-forgets %d"
                            .formatted(
                                    count,
                                    forgotten.get().stream()
                                            .limit(SHOWN)
                                            .collect(Collectors.joining(", ")),
                                    count > SHOWN ? ", and " + (count - SHOWN) + " more" : "",
                                    count));
        }
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
