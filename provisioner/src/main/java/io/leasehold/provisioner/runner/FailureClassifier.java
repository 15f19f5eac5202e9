package io.leasehold.provisioner.runner;

import io.leasehold.events.ErrorCode;
import io.leasehold.provisioner.tofu.Diagnostic;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Says of what class a failure is, from the words of tofu and its providers, by {@link
 * FailureRules}. Pure.
 */
final class FailureClassifier {

    /** Names and values; what follows an equals sign directly is how some APIs tell their codes. */
    private static final Pattern QUOTED =
            Pattern.compile("(?<!=)(?:\"[^\"\\n]*\"|`[^`\\n]*`|(?<![\\w])'[^'\\n]*'(?!\\w))");

    /**
     * A failure's class.
     *
     * @param retryable whether another try may help
     * @param decisive the error that decided; empty when there is none at all
     */
    record Found(ErrorCode code, boolean retryable, Optional<Diagnostic> decisive) {}

    private FailureClassifier() {}

    /** The code of a failure that left these diagnostics. */
    static ErrorCode classify(List<Diagnostic> diagnostics) {
        return find(diagnostics).code();
    }

    /** The class of a failure that left these diagnostics. */
    static Found find(List<Diagnostic> diagnostics) {
        List<Diagnostic> errors =
                diagnostics.stream()
                        .filter(diagnostic -> diagnostic.severity() == Diagnostic.Severity.ERROR)
                        .toList();
        for (FailureRules.Rule rule : FailureRules.ALL) {
            for (Diagnostic error : errors) {
                if (matches(rule, error)) {
                    return found(rule, error, errors);
                }
            }
        }
        return new Found(
                ErrorCode.UNKNOWN, ErrorCode.UNKNOWN.retryable(), errors.stream().findFirst());
    }

    /** Where one error is known to say nothing, the others are asked. */
    private static Found found(FailureRules.Rule rule, Diagnostic error, List<Diagnostic> errors) {
        if (rule.code() == ErrorCode.UNKNOWN && errors.size() > 1) {
            return find(errors.stream().filter(other -> !other.equals(error)).toList());
        }
        return new Found(rule.code(), rule.again() || rule.code().retryable(), Optional.of(error));
    }

    private static boolean matches(FailureRules.Rule rule, Diagnostic error) {
        String text = error.summary() + "\n" + error.detail();
        return switch (rule.part()) {
            case SUMMARY -> rule.pattern().matcher(error.summary().strip()).matches();
            case WORDS -> rule.pattern().matcher(QUOTED.matcher(text).replaceAll("\"\"")).find();
            case TEXT -> rule.pattern().matcher(text).find();
        };
    }
}
