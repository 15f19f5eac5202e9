package io.leasehold.provisioner.stateproxy;

import io.leasehold.ledger.api.StackRef;
import java.time.Instant;

/**
 * A state that a run wrote and the state service never took.
 *
 * @param runId names it in the spool: there is at most one per run, the newest
 * @param leaseId the lease it was written under, very likely over by now
 * @param contentMd5 base64, as tofu sent it
 * @param writtenAt when it reached the disk
 */
public record Leftover(
        String runId, StackRef stack, String leaseId, String contentMd5, Instant writtenAt) {}
