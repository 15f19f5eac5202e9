package io.leasehold.state.simulation;

import io.leasehold.state.simulation.LedgerDoor.Given;
import io.leasehold.state.simulation.Tables.Stack;
import io.leasehold.state.simulation.Tables.State;
import io.leasehold.state.tfstate.OrphanWait;
import io.leasehold.state.tfstate.StackHold;
import io.leasehold.state.tfstate.StateHead;
import io.leasehold.state.tfstate.StateWrite;
import io.leasehold.state.tfstate.WriteDecider;
import io.leasehold.state.tfstate.WriteVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What {@code StateWrites} does, on tables. */
final class StateTables {
    private final @Nullable Defect defect;

    StateTables(@Nullable Defect defect) {
        this.defect = defect;
    }

    /** False when it was refused; then it is kept as an orphan, if a run's. */
    boolean write(Tables tables, Given run, long serial, @Nullable String host) {
        Stack stack = tables.stacks.get(run.stack());
        if (stack == null) {
            return false;
        }
        State head = stack.head();
        StateWrite write =
                new StateWrite(
                        run.stack(),
                        new StateWrite.Writer.Run("worker", run.leaseId()),
                        head.lineage(),
                        serial,
                        md5(run, serial, host),
                        1,
                        new byte[0]);
        String holder = defect == Defect.STATE_WITHOUT_LEASE ? run.leaseId() : stack.leaseId;
        WriteVerdict verdict =
                WriteDecider.decide(
                        write,
                        new StackHold(
                                true,
                                holder,
                                stack.leaseRun,
                                stack.leaseWorker,
                                null,
                                null,
                                null,
                                null,
                                null),
                        new StateHead(head.version(), head.lineage(), head.serial(), head.md5()));
        return switch (verdict) {
            case WriteVerdict.Repeated _ -> true;
            case WriteVerdict.Store store -> {
                add(stack, write, store.kind(), run.leaseId(), host);
                yield true;
            }
            case WriteVerdict.Refuse refuse -> {
                if (refuse.keep() && !kept(stack, write, run.leaseId())) {
                    add(stack, write, "ORPHAN", run.leaseId(), host);
                    waits(stack);
                }
                yield false;
            }
        };
    }

    /** Tells apart what different runs write. */
    static String md5(Given run, long serial, @Nullable String host) {
        return run.leaseId() + "/" + serial + "/" + host;
    }

    /** A destroy waits until the orphan is settled; one at work goes on. */
    private static void waits(Stack stack) {
        if (!stack.wanted && !stack.destroyed && !OrphanWait.AFTER.equals(stack.waitingCode)) {
            stack.due = false;
            stack.dueSince = 0;
            stack.waitingCode = OrphanWait.CODE;
            stack.waitingReason = OrphanWait.REASON;
        }
    }

    private static boolean kept(Stack stack, StateWrite write, String leaseId) {
        return stack.states.stream()
                .anyMatch(state ->
                        state.md5().equals(write.md5())
                                && Objects.equals(state.leaseId(), leaseId));
    }

    private static void add(
            Stack stack, StateWrite write, String kind, String leaseId, @Nullable String host) {
        List<State> states = new ArrayList<>(stack.states);
        states.add(
                new State(
                        stack.states.getLast().version() + 1,
                        write.lineage(),
                        write.serial(),
                        write.md5(),
                        kind,
                        leaseId,
                        host));
        stack.states = List.copyOf(states);
    }
}
