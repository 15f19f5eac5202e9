package io.leasehold.cli.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.ledger.api.Problem;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts the state service's refusals into words, with what to do and the exit code. Pure. */
final class Answers {
    private static final int LOCKED = 423;

    /** What another command has in hand. */
    private static final Set<String> LEASES = Set.of("REPLAY_LEASED", "LETTER_IN_REPLAY");

    private Answers() {}

    /** What a refusal means for the person at the command line. */
    static CommandFailure refusal(String base, int status, byte[] body) {
        if (status == LOCKED) {
            return new CommandFailure(ExitCode.REFUSED, locked(body));
        }
        Problem problem = problem(body);
        if (problem == null) {
            return new CommandFailure(
                    ExitCode.UNREACHABLE,
                    base
                            + " answered "
                            + status
                            + " in words that are not a state service's. Is "
                            + Environment.URL
                            + " right?");
        }
        String detail = problem.detail();
        String words = problem.code() + ": " + (detail == null ? problem.title() : detail);
        String remedy = remedy(status);
        return new CommandFailure(
                LEASES.contains(problem.code()) ? ExitCode.LEASED : exitCode(status),
                remedy.isEmpty() ? words : words + "\n" + remedy);
    }

    /** Who holds a stack is told as tofu is told it. */
    private static String locked(byte[] body) {
        try {
            JsonNode holder = StateService.JSON.readTree(body);
            return "LOCKED: the stack is held by %s since %s (%s, id %s). See leasehold locks."
                    .formatted(
                            holder.path("Who").asText(),
                            holder.path("Created").asText(),
                            holder.path("Operation").asText(),
                            holder.path("ID").asText());
        } catch (IOException notALock) {
            return "LOCKED: the stack is held. See leasehold locks.";
        }
    }

    private static ExitCode exitCode(int status) {
        return switch (status) {
            case 401 -> ExitCode.UNREACHABLE;
            case 404 -> ExitCode.NOT_FOUND;
            default -> status < 500 ? ExitCode.REFUSED : ExitCode.UNREACHABLE;
        };
    }

    private static String remedy(int status) {
        return switch (status) {
            case 401 ->
                    "What to do: give a token that the service knows in "
                            + Environment.TOKEN
                            + "; its tokens file lists the SHA-256 of each.";
            case 403 ->
                    "What to do: use a token whose role is viewer to look, or operator to change"
                            + " things, read values and bytes.";
            case 503 -> "What to do: try again in a moment; nothing was changed.";
            default -> status >= 500 ? "What to do: look at the log of the state service." : "";
        };
    }

    private static @Nullable Problem problem(byte[] body) {
        try {
            Problem problem = StateService.JSON.readValue(body, Problem.class);
            return problem == null || isMissing(problem.code()) || isMissing(problem.title())
                    ? null
                    : problem;
        } catch (IOException notAProblemDocument) {
            return null;
        }
    }

    /** What was read from elsewhere may lack what its type promises. */
    private static boolean isMissing(@Nullable String text) {
        return text == null;
    }
}
