package io.leasehold.state.simulation;

import io.leasehold.ledger.api.HeartbeatReply;
import io.leasehold.ledger.api.HeartbeatReply.Instruction;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.simulation.Action.Ending;
import io.leasehold.state.simulation.LedgerDoor.Claimed;
import io.leasehold.state.simulation.LedgerDoor.Given;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A worker with at most one run. Its doors are open from the claim until the deadline, which it
 * counts from when it <em>sent</em> what was answered; a lease that it was told is lost closes them
 * at once.
 */
final class Worker {
    final String name;
    private int boots;
    boolean alive;
    boolean registered;
    private int requests;
    private @Nullable String request;
    @Nullable Given run;
    RunPhase phase = RunPhase.CLAIMED;
    private long deadline;
    boolean stopped;
    boolean dropped;
    boolean changed;
    boolean written;
    @Nullable Ending outcome;

    Worker(String name) {
        this.name = name;
    }

    String boot() {
        return name + "-boot-" + boots;
    }

    /** A new process; what the one before had is gone with it. */
    void begins() {
        boots++;
        dies();
        alive = true;
    }

    void dies() {
        alive = false;
        registered = false;
        request = null;
        idle();
    }

    /** The id of the claim that is on its way: the same until it is answered. */
    String request() {
        String asked = request;
        if (asked == null) {
            asked = boot() + "-request-" + ++requests;
            request = asked;
        }
        return asked;
    }

    void answered(Claimed claim, long sentAt) {
        request = null;
        registered = claim.registered();
        run = claim.run().orElse(null);
        phase = RunPhase.CLAIMED;
        deadline = claim.run().map(given -> sentAt + given.remainingMillis()).orElse(0L);
    }

    /** A heartbeat came back. */
    void beaten(Optional<HeartbeatReply> reply, RunPhase asked, long sentAt) {
        if (reply.isEmpty()) {
            stopped = true;
            return;
        }
        deadline = Math.max(deadline, sentAt + reply.get().remainingMillis());
        if (reply.get().instruction() == Instruction.CONTINUE) {
            phase = asked;
        } else if (phase != RunPhase.APPLYING) {
            dropped = true;
        }
    }

    /** What is left of its lease, as it counts. */
    long left(long now) {
        return Math.max(0, deadline - now);
    }

    boolean doorsOpen(long now) {
        return alive && run != null && !stopped && !written && outcome == null && now < deadline;
    }

    /** Whether it may change things now. */
    boolean mayChange(long now) {
        return doorsOpen(now) && phase == RunPhase.APPLYING && !dropped;
    }

    Optional<StackRef> stack() {
        return Optional.ofNullable(run).map(Given::stack);
    }

    /** What its state says once it has done its work; null after a destroy. */
    @Nullable String host() {
        Given now = run;
        return now == null || now.kind() == RunKind.DESTROY ? null : hostOf(now.inputs());
    }

    /** Two sizes share a host, so that a change of one stack may change nothing for the other. */
    static String hostOf(String inputs) {
        String digits = inputs.replaceAll("[^0-9]", "");
        return "host-" + (digits.isEmpty() ? 0 : Integer.parseInt(digits) / 2);
    }

    void idle() {
        run = null;
        stopped = false;
        dropped = false;
        changed = false;
        written = false;
        outcome = null;
    }
}
