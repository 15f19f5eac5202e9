package io.leasehold.state.lease;

import io.leasehold.ledger.api.HeartbeatReply.Instruction;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.state.hold.HoldCode;
import org.jspecify.annotations.Nullable;

/** Decides what a run at work should do, from what the ledger wants by now. Pure. */
public final class HeartbeatDecider {

    /** A plan is begun anew this often in a row; then what is there is applied. */
    static final int MOST_REPLANS = 2;

    private HeartbeatDecider() {}

    /**
     * @param runRevision the revision the run is for
     * @param wantedRevision the stack's revision now
     * @param wanted false: the stack is to be destroyed
     * @param lifecycle active, suspended or deleted
     * @param holdCode CANCELLED when this run was cancelled, whether or not its stack was released
     *     since; else the hold in force on the stack, if any, save for what an operator asked
     * @param replans how often in a row a plan of this stack was dropped for a newer revision
     */
    public record Situation(
            RunKind kind,
            RunPhase phase,
            long runRevision,
            long wantedRevision,
            boolean wanted,
            String lifecycle,
            @Nullable String holdCode,
            int replans) {}

    public static Instruction decide(Situation now) {
        if (HoldCode.CANCELLED.name().equals(now.holdCode())) {
            return Instruction.CANCEL;
        }
        // What an operator asked of the state is done whatever is wanted, suspended or held: who
        // repairs a stack has stopped and held it before.
        if (now.kind() == RunKind.STATE) {
            return Instruction.CONTINUE;
        }
        if (now.phase() == RunPhase.APPLYING || now.phase() == RunPhase.FINISHED) {
            return Instruction.CONTINUE;
        }
        boolean moot =
                switch (now.kind()) {
                    case APPLY -> !now.wanted() || !now.lifecycle().equals("active");
                    case DESTROY -> now.wanted() || now.lifecycle().equals("suspended");
                    case DRIFT, STATE -> false;
                };
        if (moot || now.holdCode() != null) {
            return Instruction.DROP;
        }
        boolean newer = now.wantedRevision() > now.runRevision();
        return newer && now.kind() == RunKind.APPLY && now.replans() < MOST_REPLANS
                ? Instruction.REPLAN
                : Instruction.CONTINUE;
    }
}
