package io.leasehold.provisioner.runner;

import io.leasehold.events.ErrorCode;
import io.leasehold.provisioner.tofu.Diagnostic;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Says of what class a failure is, from the words of tofu and its providers. The rules are data and
 * ordered: the first that matches an error decides, and what none matches is honestly {@code
 * UNKNOWN}. Pure.
 */
final class FailureClassifier {

    private record Rule(ErrorCode code, Pattern words) {
        static Rule of(ErrorCode code, String words) {
            return new Rule(code, Pattern.compile(words, Pattern.CASE_INSENSITIVE));
        }
    }

    private static final List<Rule> RULES =
            List.of(
                    Rule.of(
                            ErrorCode.STATE_WRITE_FAILED,
                            "failed to (save|persist) state|error saving the state|errored\\.tfstate"),
                    // Where the plan goes is this worker's disk; a provider's full one is not.
                    Rule.of(
                            ErrorCode.WORKER_FAULT,
                            "(?s)plan file could not be written.*(no space left|input/output"
                                    + " error|quota exceeded|read-only file)"),
                    // In whatever its last words are, which may be those of a lost connection.
                    Rule.of(
                            ErrorCode.PROVIDER_CRASHED,
                            "plugin did not respond|failed to instantiate provider"
                                    + "|unrecognized remote plugin message"
                                    + "|plugin exited before we could connect|plugin process exited"),
                    Rule.of(ErrorCode.LOCK_HELD, "error acquiring the state lock"),
                    Rule.of(ErrorCode.STALE_PLAN, "saved plan is stale|different state lineage"),
                    Rule.of(
                            ErrorCode.THROTTLED,
                            "throttl|too many requests|rate exceeded|requestlimitexceeded|slowdown"
                                    + "|\\b429\\b"),
                    Rule.of(
                            ErrorCode.QUOTA,
                            "quota ?exceeded|limit ?exceeded|too many connections"),
                    Rule.of(ErrorCode.CAPACITY, "insufficient ?capacity"),
                    Rule.of(
                            ErrorCode.AUTHN,
                            "password authentication failed|expired ?token|invalid ?clienttokenid"
                                    + "|unauthenticated|sasl authentication"),
                    Rule.of(
                            ErrorCode.AUTHZ,
                            "access ?denied|permission denied|not authori[sz]ed|must be superuser"),
                    Rule.of(
                            ErrorCode.ALREADY_EXISTS,
                            "already exists|alreadyexists|bucketalreadyownedbyyou"),
                    Rule.of(
                            ErrorCode.NETWORK,
                            "connection refused|connection reset|i/o timeout|no such host"
                                    + "|tls handshake|deadline exceeded|unreachable|broken pipe"
                                    + "|client has run out of available brokers|broker not connected|\\beof\\b"),
                    Rule.of(ErrorCode.EVENTUAL_CONSISTENCY, "inconsistent result after apply"),
                    Rule.of(
                            ErrorCode.PROVIDER_5XX,
                            "internal server error|bad gateway|service unavailable"
                                    + "|gateway timeout"),
                    Rule.of(
                            ErrorCode.VALIDATION,
                            "invalid value for (input )?variable|precondition failed"
                                    + "|check block assertion failed"),
                    Rule.of(
                            ErrorCode.CONFIG,
                            "unsupported (argument|block type|attribute)|missing required argument"
                                    + "|invalid (reference|expression|function argument)"
                                    + "|no value for required variable|reference to undeclared"));

    private FailureClassifier() {}

    /** The class of a failure that left these diagnostics. */
    static ErrorCode classify(List<Diagnostic> diagnostics) {
        List<String> errors =
                diagnostics.stream()
                        .filter(diagnostic -> diagnostic.severity() == Diagnostic.Severity.ERROR)
                        .map(diagnostic -> diagnostic.summary() + "\n" + diagnostic.detail())
                        .toList();
        for (Rule rule : RULES) {
            if (errors.stream().anyMatch(error -> rule.words().matcher(error).find())) {
                return rule.code();
            }
        }
        return ErrorCode.UNKNOWN;
    }
}
