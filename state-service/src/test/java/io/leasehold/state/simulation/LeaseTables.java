package io.leasehold.state.simulation;

import io.leasehold.ledger.api.HeartbeatReply;
import io.leasehold.ledger.api.HeartbeatReply.Instruction;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.lease.HeartbeatDecider;
import io.leasehold.state.lease.LeaseVerdict;
import io.leasehold.state.simulation.LedgerDoor.Claimed;
import io.leasehold.state.simulation.LedgerDoor.Given;
import io.leasehold.state.simulation.Tables.Run;
import io.leasehold.state.simulation.Tables.Stack;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code LifecycleQueue}, {@code Heartbeats} and {@code Pulse} do, on tables. */
final class LeaseTables {
    static final long FIRST = 15_000;
    static final long PLANNING = 30_000;
    static final long APPLYING = 60_000;
    static final long GRACE = 5_000;
    static final long LONGEST_GAP = 4_000;

    private final OutputTables outputs;
    private final @Nullable Defect defect;

    /** Which of the stacks that are due goes first is the queue's own matter. */
    @Nullable StackRef preferred;

    LeaseTables(OutputTables outputs, @Nullable Defect defect) {
        this.outputs = outputs;
        this.defect = defect;
    }

    /** What was given to this very request before, else the longest due. */
    Claimed claim(
            Tables tables, String worker, String boot, String request, String leaseId, long now) {
        if (!boot.equals(tables.boots.get(worker))) {
            return Claimed.NOT_REGISTERED;
        }
        Optional<Stack> given =
                tables.stacks.values().stream()
                        .filter(stack ->
                                request.equals(stack.leaseRequest)
                                        && boot.equals(stack.leaseBoot)
                                        && !stack.beaten
                                        && stack.leaseUntil > now)
                        .findFirst();
        if (given.isPresent()) {
            return new Claimed(true, given.map(stack -> given(tables, stack, now)));
        }
        Optional<Stack> due =
                tables.stacks.values().stream()
                        .filter(stack -> isDue(stack, now))
                        .min(
                                Comparator.comparing((Stack stack) -> !stack.ref.equals(preferred))
                                        .thenComparingLong(stack -> stack.dueSince));
        return new Claimed(
                true, due.map(stack -> lease(tables, stack, worker, boot, request, leaseId, now)));
    }

    private boolean isDue(Stack stack, long now) {
        return stack.due
                && (stack.leaseId == null || defect == Defect.CLAIM_TAKES_A_LEASED_STACK)
                && stack.waitingCode == null
                && stack.notBefore <= now;
    }

    private Given lease(
            Tables tables,
            Stack stack,
            String worker,
            String boot,
            String request,
            String leaseId,
            long now) {
        Run run =
                new Run(
                        "run-of-" + leaseId,
                        stack.ref,
                        stack.wanted ? RunKind.APPLY : RunKind.DESTROY,
                        RunPhase.CLAIMED,
                        stack.revision,
                        stack.generation,
                        leaseId,
                        null);
        tables.runs.put(run.id(), run);
        boolean direct = !stack.wanted || !stack.applyStarted;
        stack.applyStarted |= direct;
        stack.leaseId = leaseId;
        stack.leaseRun = run.id();
        stack.leaseWorker = worker;
        stack.leaseBoot = boot;
        stack.leaseRequest = request;
        stack.leaseUntil = time(tables, now) + FIRST;
        stack.beaten = false;
        return given(tables, stack, now);
    }

    private Given given(Tables tables, Stack stack, long now) {
        Run run = tables.run(String.valueOf(stack.leaseRun));
        var content = stack.contents.get(run.revision());
        return new Given(
                run.id(),
                run.leaseId(),
                stack.ref,
                run.kind(),
                run.revision(),
                stack.leaseUntil - time(tables, now),
                content == null ? "" : content.inputs().toString(),
                stack.head().serial());
    }

    /** Service time: it does not go back with the clock before a pulse has seen that. */
    private long time(Tables tables, long now) {
        return defect == Defect.LEASES_BY_THE_CLOCK ? now : Math.max(now, tables.beatenAt);
    }

    /** A heartbeat's answer; {@code UNSURE} asks for a pulse first. */
    record Beat(LeaseVerdict verdict, @Nullable HeartbeatReply reply) {}

    Beat beat(Tables tables, Given given, RunPhase phase, long now) {
        Stack stack = tables.stacks.get(given.stack());
        boolean held =
                stack != null
                        && given.leaseId().equals(stack.leaseId)
                        && given.runId().equals(stack.leaseRun);
        LeaseVerdict verdict =
                LeaseVerdict.of(
                        held,
                        stack == null ? 0 : stack.leaseUntil - now,
                        now - tables.beatenAt,
                        LONGEST_GAP);
        return switch (verdict) {
            case LOST, UNSURE -> new Beat(verdict, null);
            case LIVE -> new Beat(verdict, extend(tables, tables.stack(given.stack()), phase, now));
        };
    }

    private HeartbeatReply extend(Tables tables, Stack stack, RunPhase phase, long now) {
        Run run = tables.run(String.valueOf(stack.leaseRun));
        Instruction instruction =
                HeartbeatDecider.decide(
                        new HeartbeatDecider.Situation(
                                run.kind(),
                                run.phase(),
                                run.revision(),
                                stack.revision,
                                stack.wanted,
                                tables.life(stack.ref).lifecycle.name().toLowerCase(Locale.ROOT),
                                null,
                                stack.replans));
        boolean entered = phase.compareTo(run.phase()) > 0 && instruction == Instruction.CONTINUE;
        RunPhase reached = entered ? phase : run.phase();
        long ttl = reached == RunPhase.APPLYING ? APPLYING : PLANNING;
        long time = time(tables, now);
        stack.leaseUntil = Math.max(stack.leaseUntil, time + ttl);
        stack.beaten = true;
        stack.beatenAt = now;
        stack.applyStarted |= reached == RunPhase.APPLYING;
        tables.runs.put(run.id(), run.in(reached));
        if (entered && reached == RunPhase.APPLYING && run.kind() == RunKind.APPLY) {
            outputs.notReady(tables, stack);
        }
        return new HeartbeatReply(stack.leaseUntil - time, instruction);
    }

    /** Makes up for the time in which nobody beat. */
    void beatPulse(Tables tables, long now) {
        long gap = now - tables.beatenAt;
        if (Math.abs(gap) > LONGEST_GAP && defect != Defect.PULSE_MAKES_NOTHING_UP) {
            tables.stacks.values().stream()
                    .filter(stack -> stack.leaseId != null && stack.leaseUntil > tables.beatenAt)
                    .forEach(stack -> stack.leaseUntil += gap);
        }
        tables.beatenAt = now;
    }

    /** The runs whose lease ran out longer ago than the grace. */
    List<String> runOut(Tables tables, long now) {
        long grace = defect == Defect.TAKEOVER_BEFORE_THE_END ? -GRACE : GRACE;
        return now - tables.beatenAt >= LONGEST_GAP
                ? List.of()
                : tables.stacks.values().stream()
                        .filter(stack -> stack.leaseId != null && stack.leaseUntil < now - grace)
                        .map(stack -> String.valueOf(stack.leaseRun))
                        .toList();
    }

    /** The runs of older boots of that worker. */
    static List<String> ofOlderBoots(Tables tables, String worker, String boot) {
        return tables.stacks.values().stream()
                .filter(stack ->
                        stack.leaseId != null
                                && worker.equals(stack.leaseWorker)
                                && !boot.equals(stack.leaseBoot))
                .map(stack -> String.valueOf(stack.leaseRun))
                .toList();
    }
}
