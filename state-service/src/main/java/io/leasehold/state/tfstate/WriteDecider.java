package io.leasehold.state.tfstate;

import io.leasehold.state.tfstate.StateWrite.Writer;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a state may be stored. Pure.
 *
 * <p>A lease is compared for equality only, not with a clock: a lease that ran out but that nobody
 * was given since is still nobody else's, and what its run did is better known than lost. Whoever
 * is given the stack next gets another lease id under the same row lock.
 */
public final class WriteDecider {
    private static final String FORCE = ". If you mean it, say why in the header Leasehold-Reason";

    private WriteDecider() {}

    public static WriteVerdict decide(StateWrite write, StackHold hold, @Nullable StateHead head) {
        return switch (write.writer()) {
            case Writer.Run run -> ofRun(run, write, hold, head);
            case Writer.Person person -> ofPerson(person, write, hold, head);
        };
    }

    private static WriteVerdict ofRun(
            Writer.Run run, StateWrite write, StackHold hold, @Nullable StateHead head) {
        String lease = run.leaseId();
        if (lease == null) {
            return lost("The write names no lease");
        }
        if (!lease.equals(hold.leaseId())) {
            return lost(
                    hold.leaseId() == null
                            ? "No run holds this stack any more"
                            : "Another run holds this stack now");
        }
        if (hold.lockId() != null) {
            return lost("A person locked this stack");
        }
        WriteVerdict misfit = misfit(write, head, true);
        return misfit == null ? fits(write, head, "RUN") : misfit;
    }

    private static WriteVerdict ofPerson(
            Writer.Person person, StateWrite write, StackHold hold, @Nullable StateHead head) {
        if (hold.leaseId() != null) {
            return refuse("LOCKED", "Run %s works on this stack".formatted(hold.leaseRun()), false);
        }
        String lock = person.lockId();
        if (lock == null) {
            return refuse(
                    "LOCK_REQUIRED", "A state is written under a lock only: leave -lock on", false);
        }
        if (!lock.equals(hold.lockId())) {
            return refuse(
                    "LOCK_LOST",
                    hold.lockId() == null
                            ? "The lock was released before the state was written"
                            : "Another lock holds this stack: " + hold.lockId(),
                    false);
        }
        WriteVerdict misfit = misfit(write, head, false);
        if (misfit == null) {
            return fits(write, head, "PERSON");
        }
        return person.reason() == null ? misfit : new WriteVerdict.Store("PERSON", true);
    }

    /**
     * @param keep whether the bytes are kept: so it is for a run, which cannot say that it means it
     */
    private static @Nullable WriteVerdict misfit(
            StateWrite write, @Nullable StateHead head, boolean keep) {
        if (head == null) {
            return null;
        }
        String remedy = keep ? "" : FORCE;
        if (!write.lineage().equals(head.lineage())) {
            return refuse(
                    "LINEAGE_MISMATCH",
                    "The stack's state has lineage %s, not %s: it is the state of something else%s"
                            .formatted(head.lineage(), write.lineage(), remedy),
                    keep);
        }
        if (write.serial() < head.serial()) {
            return refuse(
                    "SERIAL_BEHIND",
                    "The stack's state has serial %d; serial %d is older%s"
                            .formatted(head.serial(), write.serial(), remedy),
                    keep);
        }
        return null;
    }

    private static WriteVerdict fits(StateWrite write, @Nullable StateHead head, String kind) {
        // Equal serials with other bytes are legal: tofu sends them within one run.
        boolean same =
                head != null
                        && head.lineage().equals(write.lineage())
                        && head.serial() == write.serial()
                        && head.md5().equals(write.md5());
        return same ? new WriteVerdict.Repeated() : new WriteVerdict.Store(kind, false);
    }

    private static WriteVerdict lost(String why) {
        return refuse(
                "LEASE_LOST", why + "; the state is kept, and served only if it is adopted", true);
    }

    private static WriteVerdict refuse(String code, String detail, boolean keep) {
        return new WriteVerdict.Refuse(409, code, detail, keep);
    }
}
