package io.leasehold.provisioner.runner;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lease;
import io.leasehold.ledger.api.PlanAsking;
import io.leasehold.ledger.api.PlanBinding;
import io.leasehold.ledger.api.PlanKeeping;
import io.leasehold.ledger.api.PlanReply;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.ledger.LedgerFault;
import io.leasehold.provisioner.ledger.LedgerRefusal;
import io.leasehold.provisioner.ledger.Patience;
import io.leasehold.provisioner.module.Template;
import io.leasehold.provisioner.tofu.RunInputs;
import io.leasehold.provisioner.tofu.SavedPlan;
import io.leasehold.provisioner.tofu.TofuCommand;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The plan of one run as a checkpoint: taken over from an earlier run of the stack, or kept for a
 * later one before it is applied. Only the first plan of a run is one: after that an apply may have
 * begun. An outage is waited for while the run has its lease; that the service cannot or will not
 * keep a plan stops no run. For one thread.
 */
final class PlanCheckpoint {

    private static final Logger LOGGER = Logger.getLogger(PlanCheckpoint.class);

    /** A fault of the service at a plan is no reason to wait: the run goes on without. */
    private static final Patience.Limits FAULTS = new Patience.Limits(2, Duration.ofSeconds(10));

    private final Ledger ledger;
    private final Claim claim;
    private final Lease lease;
    private final BooleanSupplier held;
    private boolean over;

    /**
     * @param held whether the lease is still the run's
     */
    PlanCheckpoint(Ledger ledger, Claim claim, Lease lease, BooleanSupplier held) {
        this.ledger = ledger;
        this.claim = claim;
        this.lease = lease;
        this.held = held;
    }

    /** What a plan of this run would be bound to. */
    static PlanBinding binding(Template template, RunInputs inputs, TofuCommand.Mode mode) {
        return new PlanBinding(
                mode.name(),
                template.moduleDigest(),
                template.lockDigest(),
                template.tofuVersion(),
                Sha256.hex(given(inputs)));
    }

    /** In one order, whatever process writes it. Secrets may be rotated without another plan. */
    private static String given(RunInputs inputs) {
        SortedMap<String, JsonNode> variables = new TreeMap<>();
        inputs.variables()
                .properties()
                .forEach(each -> variables.put(each.getKey(), each.getValue()));
        return variables + "\n" + new TreeMap<>(inputs.env());
    }

    /** An apply begins: no plan from before it is one to go on from. */
    void over() {
        over = true;
    }

    /**
     * What an earlier run left, when it is still good.
     *
     * @throws LedgerRefusal {@code LEASE_LOST}
     */
    Found take(PlanBinding binding) {
        if (over || !claim.planned()) {
            return new Found(Optional.empty(), null);
        }
        try {
            PlanReply reply =
                    ledger.persistently(
                            "plan",
                            held,
                            FAULTS,
                            api ->
                                    api.takePlan(
                                            claim.runId(),
                                            new PlanAsking(lease.leaseId(), binding)));
            return new Found(Optional.ofNullable(reply.plan()).map(SavedPlan::new), reply.why());
        } catch (LedgerFault e) {
            return new Found(Optional.empty(), e.getMessage());
        } catch (LedgerRefusal e) {
            return new Found(Optional.empty(), unlessLost(e));
        }
    }

    /**
     * @param why there is a plan that is not good any more; null when there is none, or it is
     */
    record Found(Optional<SavedPlan> plan, @Nullable String why) {}

    /**
     * Hands in a plan that is about to be applied.
     *
     * @throws LedgerRefusal {@code LEASE_LOST}
     */
    void keep(PlanBinding binding, SavedPlan plan) {
        if (over) {
            return;
        }
        try {
            ledger.persistently(
                    "plan",
                    held,
                    FAULTS,
                    api -> {
                        api.keepPlan(
                                claim.runId(),
                                new PlanKeeping(lease.leaseId(), binding, plan.bytes()));
                        return true;
                    });
        } catch (LedgerFault e) {
            notKept(e.getMessage());
        } catch (LedgerRefusal e) {
            notKept(unlessLost(e));
        }
    }

    private void notKept(@Nullable String why) {
        LOGGER.warnf("a plan is not kept runId=%s reason=%s", claim.runId(), why);
    }

    private static @Nullable String unlessLost(LedgerRefusal refusal) {
        if (refusal.leaseLost()) {
            throw refusal;
        }
        return refusal.getMessage();
    }
}
