package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * A stack as the ledger knows it.
 *
 * @param phase READY, DUE, RUNNING, WAITING, FAILED, HELD, DESTROYED
 * @param reason in plain words why it is not READY; null when it is
 */
public record StackView(
        StackRef stack,
        long revision,
        long appliedRevision,
        boolean wanted,
        String phase,
        @Nullable String reason,
        long stateVersion,
        long stateSerial,
        boolean drifted,
        @Nullable String lastRunId,
        @Nullable String changedAt) {}
