package io.leasehold.provisioner.runner;

import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.HeartbeatReply.Instruction;
import io.leasehold.ledger.api.Lease;
import io.leasehold.ledger.api.PlanBinding;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StateOperation;
import io.leasehold.provisioner.module.Blame;
import io.leasehold.provisioner.module.Template;
import io.leasehold.provisioner.module.TemplateResult;
import io.leasehold.provisioner.runner.RunEnding.Cancelled;
import io.leasehold.provisioner.runner.RunEnding.Dropped;
import io.leasehold.provisioner.runner.RunEnding.Failed;
import io.leasehold.provisioner.runner.RunEnding.Fenced;
import io.leasehold.provisioner.runner.RunEnding.Succeeded;
import io.leasehold.provisioner.stateproxy.StateAccess;
import io.leasehold.provisioner.stateproxy.StateDelivery;
import io.leasehold.provisioner.stateproxy.StateUpstream.StateWrite;
import io.leasehold.provisioner.tofu.RunInputs;
import io.leasehold.provisioner.tofu.SavedPlan;
import io.leasehold.provisioner.tofu.TofuCommand;
import io.leasehold.provisioner.tofu.TofuHandle;
import io.leasehold.provisioner.tofu.TofuRequest;
import io.leasehold.provisioner.tofu.TofuResult;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One apply or destroy under its lease, from template to ending. Its three checkpoints are the
 * ledger's: planned, applied, outcome; whatever happens between them starts again from the last
 * one. Carried out by one thread; the lease's keeper interrupts from another.
 */
final class LifecycleRun implements LeaseKeeper.Watcher {

    private static final String STOPPING = "this worker is stopping";

    /** So often a destroy fails for what it must apply first; then it goes on without. */
    private static final int FIRST_TRIES = 2;

    private final RunTools tools;
    private final Claim claim;
    private final Lease lease;
    private final RunLog log;
    private final Adoption adoption;
    private final PlanCheckpoint checkpoint;
    private final AtomicReference<@Nullable TofuHandle> atWork = new AtomicReference<>();
    private final AtomicReference<@Nullable StateDelivery> saving = new AtomicReference<>();
    private final AtomicReference<@Nullable String> lost = new AtomicReference<>();
    private volatile @Nullable LeaseKeeper keeping;
    private volatile boolean dropped;
    private volatile boolean cancelled;
    private volatile boolean applying;
    private volatile boolean stopping;

    LifecycleRun(RunTools tools, Claim claim, Lease lease, RunLog log) {
        this.tools = tools;
        this.claim = claim;
        this.lease = lease;
        this.log = log;
        this.adoption = new Adoption(claim);
        this.checkpoint =
                new PlanCheckpoint(tools.ledger(), claim, lease, () -> lost.get() == null);
    }

    /** Whether it has that id. */
    boolean is(String runId) {
        return claim.runId().equals(runId);
    }

    /** Carries it out. Ends early, and safely, when the lease is lost or the ledger says so. */
    RunEnding carryOut(LeaseKeeper keeper) throws InterruptedException {
        keeping = keeper;
        log.say(
                claim.kind()
                        + " of "
                        + claim.stack()
                        + " revision "
                        + claim.revision()
                        + " attempt "
                        + claim.attempt());
        if (!tools.templates().known(claim.moduleDigest())) {
            keeper.enter(RunPhase.PREPARING);
        }
        return switch (tools.templates().of(claim.moduleDigest())) {
            case TemplateResult.Ready(Template template) -> withTemplate(keeper, template);
            case TemplateResult.Refused(String code, String reason) ->
                    failed(ErrorCode.MODULE_REFUSED, code + ": " + reason);
            case TemplateResult.Failed(Blame blame, String reason) -> failed(of(blame), reason);
        };
    }

    private static ErrorCode of(Blame blame) {
        return switch (blame) {
            case MODULE -> ErrorCode.CONFIG;
            case WORKER -> ErrorCode.WORKER_FAULT;
            case UNKNOWN -> ErrorCode.INIT;
        };
    }

    private RunEnding withTemplate(LeaseKeeper keeper, Template template)
            throws InterruptedException {
        RunInputs inputs;
        try {
            inputs = BoundInputs.of(claim, tools.bindings());
        } catch (IOException e) {
            return failed(ErrorCode.CREDENTIAL_UNREADABLE, String.valueOf(e.getMessage()));
        }
        List<String> given = tools.bindings().names(claim);
        if (!given.isEmpty()) {
            log.say("bindings: " + String.join(", ", given));
        }
        if (claim.kind() == RunKind.STATE) {
            // Looked at when it was asked for: there is no plan to look at.
            StateOperation operation = Objects.requireNonNull(claim.operation());
            log.say("tofu " + operation.words());
            return apply(keeper, template, inputs, new TofuCommand.ChangeState(operation));
        }
        // What an interrupted run left behind is found by a plan only.
        if (claim.direct() && !claim.interrupted()) {
            return apply(
                    keeper,
                    template,
                    inputs,
                    claim.kind() == RunKind.DESTROY
                            ? new TofuCommand.DirectDestroy()
                            : new TofuCommand.DirectApply());
        }
        Instruction instruction = keeper.enter(RunPhase.PLANNING);
        if (instruction != Instruction.CONTINUE) {
            return notBegun(instruction);
        }
        if (claim.kind() != RunKind.DESTROY) {
            return applied(keeper, template, inputs);
        }
        if (claim.interrupted()) {
            Optional<RunEnding> instead = known(applied(keeper, template, inputs));
            if (instead.isPresent()) {
                return instead.get();
            }
            applying = false;
        }
        return planned(keeper, template, inputs, TofuCommand.Mode.DESTROY);
    }

    /**
     * A destroy removes what the state knows, and what an interrupted run made it may not know: so
     * that is applied once more first, and taken over on the way.
     *
     * @return how the run ends when it must not go on to the destroy
     */
    private Optional<RunEnding> known(RunEnding first) {
        return switch (first) {
            case Succeeded _ -> Optional.empty();
            case Failed failed -> {
                boolean again =
                        failed.code() == ErrorCode.STATE_WRITE_FAILED
                                || (failed.retryable() && claim.attempt() <= FIRST_TRIES);
                if (!again) {
                    // Often the very reason for which the tenant goes: it must go all the same.
                    log.say("what an interrupted run made could not be looked for, and may stay");
                }
                yield again ? Optional.of(failed) : Optional.empty();
            }
            case Dropped _, Cancelled _, Fenced _ -> Optional.of(first);
        };
    }

    /** Brings the stack to what is wanted, taking over what an interrupted run left behind. */
    private RunEnding applied(LeaseKeeper keeper, Template template, RunInputs inputs)
            throws InterruptedException {
        RunEnding ending = planned(keeper, template, inputs, TofuCommand.Mode.NORMAL);
        while (ending instanceof Failed && adoption.learned()) {
            log.say("taking over what an interrupted run left behind: " + adoption);
            applying = false;
            ending = planned(keeper, template, adoption.with(inputs), TofuCommand.Mode.NORMAL);
        }
        return ending;
    }

    private RunEnding planned(
            LeaseKeeper keeper, Template template, RunInputs inputs, TofuCommand.Mode mode)
            throws InterruptedException {
        PlanBinding binding = PlanCheckpoint.binding(template, inputs, mode);
        PlanCheckpoint.Found left = checkpoint.take(binding);
        if (left.plan().isPresent()) {
            log.say("going on with the plan that an earlier run made");
            return apply(keeper, template, inputs, new TofuCommand.ApplyPlan(left.plan().get()));
        }
        if (left.why() != null) {
            log.say("the plan that an earlier run made is void: " + left.why());
        }
        TofuResult planned =
                execute(
                        template,
                        inputs,
                        new TofuCommand.Plan(mode),
                        StateAccess.readOnly(claim.stack(), lease.leaseId())
                                .by(claim.credential()));
        if (dropped || cancelled || lost.get() != null) {
            return early(planned.delta());
        }
        Optional<SavedPlan> plan = planned.left().plan();
        if (!planned.succeeded() || plan.isEmpty()) {
            return failed(planned);
        }
        checkpoint.keep(binding, plan.get());
        return apply(keeper, template, inputs, new TofuCommand.ApplyPlan(plan.get()));
    }

    private RunEnding apply(
            LeaseKeeper keeper, Template template, RunInputs inputs, TofuCommand command)
            throws InterruptedException {
        if (stopping) {
            // It would be interrupted at once; the plan stays for whoever takes over.
            return new Dropped();
        }
        // The last look: from here on only an operator or a time-out interrupts.
        Instruction instruction = keeper.enter(RunPhase.APPLYING);
        if (instruction != Instruction.CONTINUE || dropped || cancelled) {
            return notBegun(instruction);
        }
        applying = true;
        checkpoint.over();
        TofuResult applied = execute(template, inputs, command, toWrite());
        Optional<byte[]> unsaved = applied.left().erroredState();
        boolean saved = unsaved.isEmpty() || saved(unsaved.get());
        if (lost.get() != null) {
            return early(applied.delta());
        }
        if (!saved) {
            return new Failed(
                    ErrorCode.STATE_WRITE_FAILED,
                    "the state of what was applied could not be stored; it is kept in the worker's"
                            + " spool and handed in later",
                    applied.delta());
        }
        if (applied.succeeded()) {
            return new Succeeded(applied.delta(), applied.state().stored());
        }
        if (cancelled) {
            return new Cancelled(applied.delta());
        }
        adoption.learn(applied.diagnostics());
        return failed(applied);
    }

    /** With all the patience that tofu itself would have been given. */
    private boolean saved(byte[] state) throws InterruptedException {
        log.say("storing the state that tofu could not hand over");
        StateDelivery delivery = tools.states().open(claim.runId(), toWrite());
        saving.set(delivery);
        // What was said before there was a delivery would otherwise go unheard.
        if (lost.get() != null) {
            delivery.leaseOver();
        }
        return switch (delivery.deliver(state, Md5.base64(state))) {
            case StateDelivery.Receipt.Stored() -> true;
            case StateDelivery.Receipt.Refused(StateWrite.Refused refusal) ->
                    unsaved(refusal.code() + ": " + refusal.reason());
            case StateDelivery.Receipt.Undelivered(String why) -> unsaved(why);
        };
    }

    private boolean unsaved(String why) {
        log.say("the state was not stored: " + why);
        return false;
    }

    private StateAccess toWrite() {
        return StateAccess.writable(claim.stack(), lease.leaseId()).by(claim.credential());
    }

    private TofuResult execute(
            Template template, RunInputs inputs, TofuCommand command, StateAccess state)
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
                                        state,
                                        RunLimitsOf.claim(claim, tools.config()),
                                        this::held),
                                (_, line) -> log.add(line));
        atWork.set(handle);
        // What was said between claim and start would otherwise go unheard.
        String reason = lost.get();
        if (reason != null) {
            handle.fence(reason);
        } else if (stopping) {
            handle.interrupt(STOPPING);
        } else if (cancelled || (dropped && !applying)) {
            handle.interrupt("the ledger wants something else");
        }
        boolean ended = false;
        try {
            TofuResult result = handle.await();
            ended = true;
            return result;
        } finally {
            atWork.set(null);
            if (!ended) {
                // Nobody beats its lease from here on, so nobody would close its doors in time.
                handle.fence("the worker cannot follow it any more");
            }
        }
    }

    private boolean held() {
        LeaseKeeper keeper = keeping;
        return keeper != null && keeper.holds();
    }

    private RunEnding notBegun(Instruction instruction) {
        return cancelled || instruction == Instruction.CANCEL
                ? new Cancelled(Delta.NONE)
                : new Dropped();
    }

    private RunEnding early(Delta delta) {
        String reason = lost.get();
        if (reason != null) {
            return new Fenced(reason);
        }
        return cancelled ? new Cancelled(delta) : new Dropped();
    }

    private RunEnding failed(TofuResult result) {
        return EndOfTofu.failure(result);
    }

    private static RunEnding failed(ErrorCode code, String message) {
        return new Failed(code, message, Delta.NONE);
    }

    /**
     * This process is stopping: tofu gets its one signal and time to save the state. Any thread.
     */
    void stop() {
        stopping = true;
        TofuHandle handle = atWork.get();
        if (handle != null) {
            handle.interrupt(STOPPING);
        }
    }

    @Override
    public void onLost(String reason) {
        lost.set(reason);
        log.say("lease lost: " + reason);
        TofuHandle handle = atWork.get();
        if (handle != null) {
            handle.fence(reason);
        }
        StateDelivery delivery = saving.get();
        if (delivery != null) {
            delivery.leaseOver();
        }
    }

    @Override
    public void onInstruction(Instruction instruction) {
        boolean interrupt =
                switch (instruction) {
                    case CONTINUE -> false;
                    case REPLAN, DROP -> {
                        dropped = true;
                        yield !applying;
                    }
                    case CANCEL -> {
                        cancelled = true;
                        yield true;
                    }
                };
        TofuHandle handle = atWork.get();
        if (interrupt && handle != null) {
            handle.interrupt("the ledger says " + instruction);
        }
    }
}
