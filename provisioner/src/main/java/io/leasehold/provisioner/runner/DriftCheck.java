package io.leasehold.provisioner.runner;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.DriftReport;
import io.leasehold.provisioner.module.Template;
import io.leasehold.provisioner.module.TemplateResult;
import io.leasehold.provisioner.stateproxy.StateAccess;
import io.leasehold.provisioner.tofu.PlanView;
import io.leasehold.provisioner.tofu.RunInputs;
import io.leasehold.provisioner.tofu.SavedPlan;
import io.leasehold.provisioner.tofu.TofuCommand;
import io.leasehold.provisioner.tofu.TofuEvent;
import io.leasehold.provisioner.tofu.TofuHandle;
import io.leasehold.provisioner.tofu.TofuRequest;
import io.leasehold.provisioner.tofu.TofuResult;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether reality is still what the state says: one refresh-only plan on the state as it
 * stands, without a lease and without the right to write. Only when tofu says that something
 * drifted is a second process started, to learn which attributes. Carried out by one thread.
 */
final class DriftCheck {

    private final RunTools tools;
    private final Claim claim;
    private final RunLog log;

    DriftCheck(RunTools tools, Claim claim, RunLog log) {
        this.tools = tools;
        this.claim = claim;
        this.log = log;
    }

    DriftReport carryOut() throws InterruptedException {
        return switch (tools.templates().of(claim.moduleDigest())) {
            case TemplateResult.Ready(Template template) -> check(template);
            case TemplateResult.Refused(_, String reason) -> failed(reason);
            case TemplateResult.Failed(_, String reason) -> failed(reason);
        };
    }

    private DriftReport check(Template template) throws InterruptedException {
        RunInputs inputs;
        try {
            inputs = BoundInputs.of(claim, tools.bindings());
        } catch (IOException e) {
            return failed(String.valueOf(e.getMessage()));
        }
        AtomicBoolean drifted = new AtomicBoolean();
        TofuResult planned =
                execute(
                        template,
                        inputs,
                        new TofuCommand.Plan(TofuCommand.Mode.REFRESH_ONLY),
                        drifted);
        Optional<SavedPlan> plan = planned.left().plan();
        if (!planned.succeeded() || plan.isEmpty()) {
            return failed(EndOfTofu.failure(planned).message());
        }
        if (!drifted.get()) {
            return new DriftReport(DriftReport.Result.CLEAN, List.of(), null);
        }
        TofuResult shown = execute(template, inputs, new TofuCommand.ShowPlan(plan.get()), drifted);
        return shown.left()
                .shown()
                .map(json -> found(PlanView.read(json).drift()))
                .orElseGet(() -> failed(EndOfTofu.failure(shown).message()));
    }

    private TofuResult execute(
            Template template, RunInputs inputs, TofuCommand command, AtomicBoolean drifted)
            throws InterruptedException {
        TofuHandle handle =
                tools.tofu()
                        .start(
                                new TofuRequest(
                                        claim.runId(),
                                        command,
                                        template,
                                        inputs,
                                        tools.bindings().doorsFor(claim),
                                        StateAccess.readOnly(claim.stack(), null)
                                                .by(claim.credential()),
                                        RunLimitsOf.claim(claim, tools.config()),
                                        // It changes nothing, so whoever takes over may overlap.
                                        () -> true),
                                (event, line) -> {
                                    if (event instanceof TofuEvent.ResourceDrift) {
                                        drifted.set(true);
                                    }
                                    log.add(line);
                                });
        try {
            return handle.await();
        } catch (InterruptedException e) {
            handle.fence("the worker is stopping, and nothing is lost with a check");
            throw e;
        }
    }

    private static DriftReport found(List<DriftReport.Change> changes) {
        return changes.isEmpty()
                ? new DriftReport(DriftReport.Result.CLEAN, List.of(), null)
                : new DriftReport(DriftReport.Result.DRIFTED, changes, null);
    }

    private static DriftReport failed(@Nullable String message) {
        return new DriftReport(DriftReport.Result.FAILED, List.of(), message);
    }
}
