package io.leasehold.state.simulation;

import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.deadletter.ReplayDecider;
import io.leasehold.state.run.RetryDecider;
import io.leasehold.state.simulation.Action.Ending;
import io.leasehold.state.simulation.Tables.Letter;
import io.leasehold.state.simulation.Tables.LifeId;
import io.leasehold.state.simulation.Tables.Loss;
import io.leasehold.state.simulation.Tables.Run;
import io.leasehold.state.simulation.Tables.Stack;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code Outcomes} and {@code RunEnd} do, on tables. */
final class RunTables {
    // As LostRuns has them, and LeaseConfig's defaults, in milliseconds.
    private static final long LATELY = 600_000;
    private static final long TOGETHER = 20_000;
    private static final long KEPT = 86_400_000;

    private final PlanTables plans;
    private final OutputTables outputs;
    private final @Nullable Defect defect;

    RunTables(PlanTables plans, OutputTables outputs, @Nullable Defect defect) {
        this.plans = plans;
        this.outputs = outputs;
        this.defect = defect;
    }

    /** False when the run was taken for lost. */
    boolean end(Tables tables, LedgerDoor.Given given, Ending ending, boolean dropped, long now) {
        Run run = tables.runs.get(given.runId());
        if (run == null) {
            return false;
        }
        Stack stack = tables.stack(run.stack());
        if (!run.id().equals(stack.leaseRun) && defect != Defect.OUTCOME_WITHOUT_LEASE) {
            String before = run.end();
            return before != null && !before.equals("LOST");
        }
        if (dropped) {
            stack.replans += stack.revision > run.revision() ? 1 : 0;
            over(tables, stack, run, "DROPPED");
        } else if (ending == Ending.SUCCESS && !isThere(stack, given)) {
            failed(tables, stack, run, ErrorCode.STATE_WRITE_FAILED.name(), false, now);
        } else if (ending == Ending.SUCCESS) {
            succeeded(tables, stack, run);
        } else {
            failed(tables, stack, run, ending.name(), ending == Ending.NETWORK, now);
        }
        planAgain(tables, run.stack());
        return true;
    }

    /** The state that a run wrote is the one that is served: a run ends well with one only. */
    private boolean isThere(Stack stack, LedgerDoor.Given given) {
        String host = given.kind() == RunKind.DESTROY ? null : Worker.hostOf(given.inputs());
        return defect == Defect.OLD_STATE_COUNTS
                || stack.head().md5().equals(StateTables.md5(given, given.serial() + 1, host));
    }

    /** The worker of a run is gone. What was never beaten was perhaps never received. */
    void lost(Tables tables, Run run, long now) {
        Stack stack = tables.stack(run.stack());
        if (stack.beaten) {
            follow(
                    tables,
                    stack,
                    run,
                    ErrorCode.WORKER_LOST.name(),
                    RetryDecider.decide(noted(tables, stack, run, now), 0.5),
                    now);
            tables.runs.put(run.id(), run.ended("LOST"));
        } else {
            over(tables, stack, run, "LOST");
        }
        planAgain(tables, run.stack());
    }

    private static RetryDecider.Loss noted(Tables tables, Stack stack, Run run, long now) {
        List<Loss> before =
                tables.losses.stream().filter(loss -> loss.stack().equals(run.stack())).toList();
        boolean othersToo =
                tables.losses.stream()
                        .filter(loss -> !loss.stack().equals(run.stack()))
                        .filter(loss -> loss.at() > now - LATELY)
                        .anyMatch(loss ->
                                Math.abs(loss.at() - stack.beatenAt) > TOGETHER
                                        && before.stream()
                                                .noneMatch(own ->
                                                        Math.abs(loss.at() - own.at())
                                                                <= TOGETHER));
        tables.losses.add(new Loss(run.stack(), run.revision(), stack.beatenAt, !othersToo));
        List<Loss> own =
                before.stream()
                        .filter(loss -> loss.revision() == run.revision() && loss.at() > now - KEPT)
                        .toList();
        return new RetryDecider.Loss(
                stack.attempts,
                (int) own.stream().filter(Loss::counted).count(),
                own.size() + 1,
                othersToo,
                stack.revision > run.revision());
    }

    private void succeeded(Tables tables, Stack stack, Run run) {
        boolean newest = stack.revision == run.revision();
        stack.appliedRevision = run.revision();
        stack.appliedGeneration = newest ? stack.generation : run.generation();
        stack.attempts = newest ? 0 : stack.attempts;
        stack.replans = 0;
        stack.failedRevision = 0;
        stack.failedCode = null;
        stack.notBefore = 0;
        stack.dueSince = newest ? 0 : stack.dueSince;
        stack.due = !newest;
        if (run.kind() == RunKind.DESTROY) {
            stack.destroyed = !stack.wanted;
            outputs.tombstone(tables, stack);
        } else {
            stack.applyStarted = true;
            stack.rememberedRevision = run.revision();
            stack.rememberedGeneration = stack.appliedGeneration;
            stack.rememberedState = stack.head().version();
            outputs.published(tables, stack);
        }
        closed(tables, stack.ref, "SUPERSEDED");
        over(tables, stack, run, "SUCCEEDED");
    }

    private static void failed(
            Tables tables, Stack stack, Run run, String code, boolean retryable, long now) {
        RetryDecider.Verdict verdict =
                RetryDecider.decide(
                        new RetryDecider.Failure(
                                code, retryable, stack.attempts, stack.revision > run.revision()),
                        0.5);
        follow(tables, stack, run, code, verdict, now);
    }

    private static void follow(
            Tables tables,
            Stack stack,
            Run run,
            String code,
            RetryDecider.Verdict verdict,
            long now) {
        switch (verdict) {
            case RetryDecider.Verdict.Superseded _ -> over(tables, stack, run, "SUPERSEDED");
            case RetryDecider.Verdict.Retry retry -> {
                stack.attempts = retry.spent();
                stack.replans = 0;
                stack.due = true;
                stack.notBefore = now + retry.delay().toMillis();
                over(tables, stack, run, "RETRYING");
            }
            case RetryDecider.Verdict.GiveUp giveUp -> {
                stack.attempts = giveUp.spent();
                stack.replans = 0;
                stack.due = false;
                stack.notBefore = 0;
                stack.failedRevision = run.revision();
                stack.failedCode = code;
                Letter before = tables.letters.get(stack.ref);
                tables.letters.put(
                        stack.ref,
                        new Letter(
                                run.revision(),
                                run.generation(),
                                "OPEN",
                                before == null ? 0 : before.replays()));
                over(tables, stack, run, "FAILED");
            }
        }
    }

    private static void over(Tables tables, Stack stack, Run run, String how) {
        stack.free();
        tables.runs.put(run.id(), run.ended(how));
    }

    private void planAgain(Tables tables, StackRef stack) {
        if (defect != Defect.NOT_PLANNED_AGAIN_AFTER_A_RUN) {
            plans.replan(tables, new LifeId(stack.tenantId(), stack.incarnation()));
        }
    }

    /** An operator replays the letter of a stack's failed run. */
    void replay(Tables tables, StackRef ref) {
        Letter letter = tables.letters.get(ref);
        if (letter == null) {
            return;
        }
        Stack stack = tables.stack(ref);
        ReplayDecider.Plan plan =
                ReplayDecider.decide(
                        new ReplayDecider.Letter.Run(
                                letter.status(),
                                letter.replays(),
                                false,
                                false,
                                letter.generation() == stack.generation
                                        && letter.revision() == stack.revision,
                                stack.failedRevision == stack.revision,
                                stack.leaseId != null || stack.due,
                                false));
        switch (plan) {
            case ReplayDecider.Plan.NewAttempt _ -> attempt(tables, stack, letter);
            case ReplayDecider.Plan.CloseSuperseded _ -> closed(tables, ref, "SUPERSEDED");
            case ReplayDecider.Plan.Nothing _,
                    ReplayDecider.Plan.Refused _,
                    ReplayDecider.Plan.SendAgain _ -> {}
        }
    }

    private void attempt(Tables tables, Stack stack, Letter letter) {
        stack.failedRevision = 0;
        stack.failedCode = null;
        stack.attempts = 0;
        tables.losses.replaceAll(loss -> loss.stack().equals(stack.ref) ? loss.forgiven() : loss);
        stack.replans = 0;
        stack.notBefore = 0;
        stack.due = true;
        stack.dueSince = tables.next();
        tables.letters.put(
                stack.ref,
                new Letter(
                        letter.revision(), letter.generation(), "REPLAYED", letter.replays() + 1));
        planAgain(tables, stack.ref);
    }

    private static void closed(Tables tables, StackRef ref, String status) {
        tables.letters.computeIfPresent(
                ref,
                (_, letter) ->
                        letter.status().equals("OPEN")
                                ? new Letter(
                                        letter.revision(),
                                        letter.generation(),
                                        status,
                                        letter.replays())
                                : letter);
    }
}
