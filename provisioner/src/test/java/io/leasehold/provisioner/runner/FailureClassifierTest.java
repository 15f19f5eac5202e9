package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.events.ErrorCode;
import io.leasehold.provisioner.tofu.Diagnostic;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureClassifierTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Error: pq: password authentication failed for user \"p\" | AUTHN",
                "dial tcp 127.0.0.2:5432: connect: connection refused | NETWORK",
                "lookup db.example: no such host | NETWORK",
                "kafka: client has run out of available brokers to talk to: EOF | NETWORK",
                "kafka: broker not connected | NETWORK",
                "Plugin did not respond: error reading from server: EOF | PROVIDER_CRASHED",
                "Unrecognized remote plugin message: Failed to read any lines | PROVIDER_CRASHED",
                "Error acquiring the state lock: HTTP remote state already locked | LOCK_HELD",
                "Saved plan is stale | STALE_PLAN",
                "ThrottlingException: Rate exceeded | THROTTLED",
                "pq: role \"t\" already exists | ALREADY_EXISTS",
                "AccessDenied: not authorized to perform s3:CreateBucket | AUTHZ",
                "Provider produced inconsistent result after apply | EVENTUAL_CONSISTENCY",
                "Invalid value for variable | VALIDATION",
                "Unsupported argument | CONFIG",
                "Failed to save state | STATE_WRITE_FAILED",
                "The plan file could not be written: write /out/plan: no space left on device | UNKNOWN",
                "could not extend file base/1: No space left on device | UNKNOWN",
                "LimitExceeded: you have too many buckets | QUOTA",
                "502 Bad Gateway | PROVIDER_5XX",
                "The moon is in the wrong house | UNKNOWN",
            })
    void namesTheClassOfAFailure(String words, ErrorCode code) {
        assertThat(FailureClassifier.classify(List.of(error(words)))).isEqualTo(code);
    }

    @Test
    void aWarningDecidesNothing() {
        Diagnostic warning =
                new Diagnostic(
                        Diagnostic.Severity.WARNING, "connection refused", "", Optional.empty());

        assertThat(FailureClassifier.classify(List.of(warning))).isEqualTo(ErrorCode.UNKNOWN);
    }

    @Test
    void aStateThatWasNotSavedOutweighsEverythingElse() {
        assertThat(
                        FailureClassifier.classify(
                                List.of(
                                        error("connection refused"),
                                        error("Failed to persist state"))))
                .isEqualTo(ErrorCode.STATE_WRITE_FAILED);
    }

    private static Diagnostic error(String words) {
        return new Diagnostic(Diagnostic.Severity.ERROR, words, "", Optional.empty());
    }
}
