package io.leasehold.provisioner.runner;

import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.Circumstances;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.Lease;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.ledger.api.OutcomeRequest.Result;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.ledger.LedgerFault;
import io.leasehold.provisioner.ledger.LedgerRefusal;
import io.leasehold.provisioner.ledger.LedgerUnavailable;
import io.leasehold.provisioner.ledger.Patience;
import io.leasehold.provisioner.tofu.Diagnostic;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells the ledger how a run under a lease ended. An outage is outlasted, and the outcome is in the
 * spool meanwhile, should this worker not outlast it; an outcome that the service itself fails at,
 * or will not have, is told as a failure of its own kind instead, so that people hear of it. Shared
 * by the slots.
 */
final class OutcomeReport {

    private static final Logger LOGGER = Logger.getLogger(OutcomeReport.class);

    private final Ledger ledger;
    private final OutcomeSpool spool;
    private final Patience.Limits faults;
    private final Supplier<String> tofuVersion;
    private final Bindings bindings;

    OutcomeReport(
            Ledger ledger,
            OutcomeSpool spool,
            Patience.Limits faults,
            Supplier<String> tofuVersion,
            Bindings bindings) {
        this.ledger = ledger;
        this.spool = spool;
        this.faults = faults;
        this.tofuVersion = tofuVersion;
        this.bindings = bindings;
    }

    /**
     * Returns when the ledger knows, or when there is nothing to tell.
     *
     * @param held whether the lease is still the run's
     * @throws LedgerRefusal when the lease is gone, or not even that it failed is accepted
     * @throws LedgerUnavailable when it cannot be told: it stays in the spool, and unless that is
     *     told before the lease runs out, whoever claims the stack next looks afresh
     */
    void tell(Claim claim, Lease lease, BooleanSupplier held, RunEnding ending) {
        OutcomeRequest outcome = outcome(claim, lease, ending);
        if (outcome == null) {
            return;
        }
        try {
            send(claim, held, outcome.in(shared(claim, ending)));
        } catch (LedgerFault e) {
            send(claim, held, notTaken(lease, outcome, e));
        } catch (LedgerRefusal e) {
            if (e.leaseLost()) {
                throw e;
            }
            send(claim, held, notTaken(lease, outcome, e));
        }
    }

    /** What others may share. */
    private Circumstances shared(Claim claim, RunEnding ending) {
        List<String> credentials = bindings.names(claim);
        return ending instanceof RunEnding.Failed failed
                ? new Circumstances(
                        credentials,
                        failed.decisive().flatMap(Diagnostic::provider).orElse(null),
                        FailureFingerprint.of(
                                claim,
                                failed.code(),
                                failed.decisive()
                                        .map(error -> error.summary() + "\n" + error.detail())
                                        .orElse(failed.message())))
                : new Circumstances(credentials, null, null);
    }

    private void send(Claim claim, BooleanSupplier held, OutcomeRequest outcome) {
        AtomicInteger tries = new AtomicInteger();
        try {
            ledger.persistently(
                    "outcome",
                    held,
                    faults,
                    api -> {
                        // Once it could not be told at once: most are, and cost no disk.
                        if (tries.incrementAndGet() == 2) {
                            spool.keep(claim.runId(), outcome);
                        }
                        api.outcome(claim.runId(), outcome);
                        return true;
                    });
        } catch (LedgerUnavailable e) {
            spool.keep(claim.runId(), outcome);
            throw e;
        } catch (LedgerRefusal e) {
            spool.discard(claim.runId());
            throw e;
        }
        if (tries.get() > 1 || outcome.code() != null) {
            // What was kept may be the outcome in whose place this one is told.
            spool.discard(claim.runId());
        }
        LOGGER.infof(
                "run ended runId=%s stack=%s result=%s code=%s",
                claim.runId(), claim.stack(), outcome.result(), outcome.code());
    }

    private @Nullable OutcomeRequest outcome(Claim claim, Lease lease, RunEnding ending) {
        return switch (ending) {
            case RunEnding.Succeeded(Delta delta, Optional<String> stored) ->
                    new OutcomeRequest(
                            lease.leaseId(),
                            Result.SUCCEEDED,
                            null,
                            null,
                            false,
                            delta,
                            tofuVersion.get(),
                            stored.orElse(null));
            case RunEnding.Failed failed ->
                    failed(
                            lease,
                            failed.code(),
                            failed.message(),
                            failed.retryable(),
                            failed.delta());
            case RunEnding.Dropped() -> outcome(lease, Result.DROPPED, Delta.NONE);
            case RunEnding.Cancelled(Delta delta) -> outcome(lease, Result.CANCELLED, delta);
            case RunEnding.Fenced(String reason) -> {
                LOGGER.warnf("run fenced runId=%s reason=%s", claim.runId(), reason);
                yield null;
            }
        };
    }

    private OutcomeRequest outcome(Lease lease, Result result, Delta delta) {
        return new OutcomeRequest(
                lease.leaseId(), result, null, null, false, delta, tofuVersion.get());
    }

    private OutcomeRequest failed(
            Lease lease, ErrorCode code, String message, boolean retryable, Delta delta) {
        return new OutcomeRequest(
                lease.leaseId(),
                Result.FAILED,
                code.name(),
                message,
                retryable,
                delta,
                tofuVersion.get());
    }

    /** As little as can be said: what the service failed at may be anything in the first one. */
    private OutcomeRequest notTaken(Lease lease, OutcomeRequest outcome, RuntimeException answer) {
        LOGGER.errorf(
                "the state service does not take an outcome result=%s code=%s reason=%s",
                outcome.result(), outcome.code(), answer.getMessage());
        String how = outcome.code() == null ? "" : " with " + outcome.code();
        return failed(
                lease,
                ErrorCode.OUTCOME_NOT_TAKEN,
                "The run ended %s%s, and the state service did not take that: %s"
                        .formatted(outcome.result(), how, answer.getMessage()),
                ErrorCode.OUTCOME_NOT_TAKEN.retryable(),
                Delta.NONE);
    }
}
