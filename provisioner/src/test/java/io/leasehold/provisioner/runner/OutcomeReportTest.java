package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.Lease;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.provisioner.ledger.HttpLedger;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.ledger.LedgerFault;
import io.leasehold.provisioner.ledger.LedgerRefusal;
import io.leasehold.provisioner.ledger.LedgerUnavailable;
import io.leasehold.provisioner.ledger.Patience;
import io.leasehold.provisioner.tofu.Diagnostic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An outcome and a state service that does not behave. */
@Timeout(20)
class OutcomeReportTest {

    private static final int TRIES = 3;
    private static final RunEnding SUCCEEDED =
            new RunEnding.Succeeded(new Delta(1, 0, 0), Optional.of("md5-1"));

    @TempDir Path folder;

    private final AtomicInteger asked = new AtomicInteger();

    private OutcomeSpool spool() throws IOException {
        return Deliveries.outcomes(folder);
    }

    @Test
    void isToldOnceToAServiceThatTakesIt() throws Exception {
        try (HttpLedger service = new HttpLedger(_ -> 204)) {
            tell(service, SUCCEEDED, () -> true);

            assertThat(service.outcomes())
                    .singleElement()
                    .asString()
                    .contains("\"SUCCEEDED\"", "\"stateMd5\":\"md5-1\"");
            assertThat(spool().runs()).isEmpty();
        }
    }

    @Test
    void outlastsAnOutageHoweverOften() throws Exception {
        try (HttpLedger service =
                new HttpLedger(_ -> asked.incrementAndGet() <= TRIES + 1 ? 503 : 204)) {
            tell(service, SUCCEEDED, () -> true);

            assertThat(service.outcomes())
                    .hasSize(TRIES + 2)
                    .allSatisfy(body -> assertThat(body).contains("SUCCEEDED"));
            assertThat(spool().runs()).as("told by now").isEmpty();
        }
    }

    @Test
    void tellsWhatTheRunSharesWithOthers() throws Exception {
        try (HttpLedger service = new HttpLedger(_ -> 204)) {
            RunEnding failed =
                    new RunEnding.Failed(
                            ErrorCode.AUTHN,
                            "tofu ended with code 1",
                            Delta.NONE,
                            true,
                            Optional.of(
                                    new Diagnostic(
                                            Diagnostic.Severity.ERROR,
                                            "the token has expired",
                                            "",
                                            Optional.of(
                                                    "module.a[\"x\"].postgresql_role.tenant"))));

            tell(service, failed, () -> true);

            assertThat(service.outcomes())
                    .singleElement()
                    .asString()
                    .contains(
                            "\"retryable\":true",
                            "\"provider\":\"postgresql\"",
                            "\"credentials\":[\"tenants-db\"]",
                            "\"fingerprint\":\"");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 501, 507})
    void isToldAsAFailureOfItsOwnWhenTheServiceFailsAtIt(int status) throws Exception {
        try (HttpLedger service =
                new HttpLedger(body -> body.contains("\"SUCCEEDED\"") ? status : 204)) {
            tell(service, SUCCEEDED, () -> true);

            assertThat(service.outcomes()).hasSize(TRIES + 1);
            assertThat(service.outcomes().getLast())
                    .contains("\"FAILED\"", ErrorCode.OUTCOME_NOT_TAKEN.name(), "" + status)
                    .contains("\"retryable\":true");
            assertThat(spool().runs()).as("the one in its place was told").isEmpty();
        }
    }

    @Test
    void isToldAsAFailureOfItsOwnWhenTheServiceWillNotHaveIt() throws Exception {
        try (HttpLedger service =
                new HttpLedger(body -> body.contains("said something odd") ? 400 : 204)) {
            tell(
                    service,
                    new RunEnding.Failed(ErrorCode.CONFIG, "said something odd", Delta.NONE),
                    () -> true);

            assertThat(service.outcomes()).hasSize(2);
            assertThat(service.outcomes().getLast())
                    .contains(ErrorCode.OUTCOME_NOT_TAKEN.name(), "CONFIG");
        }
    }

    @Test
    void isGivenUpWithItsLeaseWhenNotEvenThatIsTaken() throws Exception {
        try (HttpLedger service = new HttpLedger(_ -> 500)) {
            assertThatThrownBy(() -> tell(service, SUCCEEDED, () -> true))
                    .isInstanceOf(LedgerFault.class);

            assertThat(service.outcomes()).hasSize(2 * TRIES);
        }
    }

    @Test
    void isNotToldOfARunWhoseLeaseIsGone() throws Exception {
        try (HttpLedger service = new HttpLedger(_ -> 409)) {
            assertThatThrownBy(() -> tell(service, SUCCEEDED, () -> true))
                    .isInstanceOf(LedgerRefusal.class);
            tell(service, new RunEnding.Fenced("gone"), () -> true);

            assertThat(service.outcomes()).hasSize(1);
        }
    }

    @Test
    void waitsNoLongerThanTheLeaseHolds() throws Exception {
        try (HttpLedger service = new HttpLedger(_ -> 503)) {
            assertThatThrownBy(
                            () -> tell(service, SUCCEEDED, () -> asked.incrementAndGet() < TRIES))
                    .isInstanceOf(LedgerUnavailable.class);

            assertThat(service.outcomes()).hasSize(TRIES);
            assertThat(spool().read("run-1"))
                    .satisfies(kept ->
                            assertThat(kept.result()).isEqualTo(OutcomeRequest.Result.SUCCEEDED));
        }
    }

    @Test
    void isKeptInTheSpoolForAsLongAsItCannotBeTold() throws Exception {
        List<List<String>> kept = new ArrayList<>();
        OutcomeSpool spool = spool();
        try (HttpLedger service =
                new HttpLedger(_ -> {
                    kept.add(spool.runs());
                    return asked.incrementAndGet() < 3 ? 503 : 204;
                })) {
            tell(service, SUCCEEDED, () -> true);
        }

        assertThat(kept).containsExactly(List.of(), List.of("run-1"), List.of("run-1"));
        assertThat(spool.runs()).isEmpty();
    }

    private void tell(HttpLedger service, RunEnding ending, BooleanSupplier held)
            throws IOException {
        Claim claim = Claims.apply("acme", "database", true);
        Lease lease = Objects.requireNonNull(claim.lease());
        new OutcomeReport(
                        new Ledger(service),
                        spool(),
                        new Patience.Limits(TRIES, Duration.ofMinutes(1)),
                        () -> "1.12.6",
                        new Bindings(
                                List.of(
                                        new Bindings.Binding(
                                                "tenants-db", null, null, null, null, null, null)),
                                List.of()))
                .tell(claim, lease, held, ending);
    }
}
