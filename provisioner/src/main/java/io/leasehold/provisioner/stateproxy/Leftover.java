package io.leasehold.provisioner.stateproxy;

import io.leasehold.ledger.api.StackRef;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A state that a run wrote and the state service never took.
 *
 * @param runId names it in the spool: there is at most one per run, the newest
 * @param leaseId the lease it was written under, very likely over by now
 * @param contentMd5 base64, as tofu sent it
 * @param writtenAt when it reached the disk
 * @param credential what the run wrote with, good for as long as its lease; null where it had none,
 *     and in what {@link Spool#leftovers} gives: {@link Spool#read} has it
 */
public record Leftover(
        String runId,
        StackRef stack,
        String leaseId,
        String contentMd5,
        Instant writtenAt,
        @Nullable String credential) {

    /** Without the run's credential. */
    public Leftover(
            String runId, StackRef stack, String leaseId, String contentMd5, Instant writtenAt) {
        this(runId, stack, leaseId, contentMd5, writtenAt, null);
    }

    /** Leaves out what is a right. */
    @Override
    public String toString() {
        return "Leftover[runId=%s, stack=%s, writtenAt=%s]".formatted(runId, stack, writtenAt);
    }
}
