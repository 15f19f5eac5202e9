package io.leasehold.provisioner.runner;

import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.ledger.LedgerRefusal;
import io.leasehold.provisioner.ledger.LedgerUnavailable;
import io.leasehold.provisioner.ledger.Patience;
import java.io.IOException;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells the outcomes that are kept in the spool, of this boot or an earlier one. The ledger takes
 * them for as long as nobody else has the stack; after that whoever has it knows more. For one
 * thread.
 */
final class OutcomeSalvage {

    private static final Logger LOGGER = Logger.getLogger(OutcomeSalvage.class);

    /** The ledger does not know the run any more. */
    private static final String UNKNOWN = "RUN_UNKNOWN";

    private final OutcomeSpool spool;
    private final Ledger ledger;
    private final Patience.Limits faults;
    private final Predicate<String> atWork;

    /**
     * @param atWork whether a run goes on in this worker: its outcome is its own to tell
     */
    OutcomeSalvage(
            OutcomeSpool spool, Ledger ledger, Patience.Limits faults, Predicate<String> atWork) {
        this.spool = spool;
        this.ledger = ledger;
        this.faults = faults;
        this.atWork = atWork;
    }

    /**
     * Before this boot registers, which ends the runs of the boot before; waits for the service.
     */
    void tellPersistently() {
        spool.runs().forEach(run -> tell(run, faults));
    }

    /** One round; what cannot be told now waits for the next. */
    void tell() {
        for (String run : spool.runs()) {
            if (!atWork.test(run)) {
                tell(run, null);
            }
        }
    }

    private void tell(String run, Patience.@Nullable Limits limits) {
        try {
            OutcomeRequest outcome = spool.read(run);
            if (limits == null) {
                ledger.run(api -> api.outcome(run, outcome));
            } else {
                ledger.persistently(
                        "outcome",
                        () -> true,
                        limits,
                        api -> {
                            api.outcome(run, outcome);
                            return true;
                        });
            }
            spool.discard(run);
            LOGGER.infof("kept outcome told runId=%s result=%s", run, outcome.result());
        } catch (LedgerRefusal e) {
            if (e.leaseLost() || e.code().equals(UNKNOWN)) {
                // Somebody else has the stack, or the run was taken for lost: they look afresh.
                spool.discard(run);
                LOGGER.warnf("kept outcome dropped runId=%s code=%s", run, e.code());
            } else {
                // Whether a token is wrong or a gateway answers: the outcome is true all the same.
                LOGGER.errorf("kept outcome refused runId=%s code=%s", run, e.code());
            }
        } catch (LedgerUnavailable e) {
            LOGGER.warnf("kept outcome waits runId=%s reason=%s", run, e.getMessage());
        } catch (IOException e) {
            LOGGER.errorf("kept outcome cannot be read runId=%s reason=%s", run, e.getMessage());
        }
    }
}
