package io.leasehold.state.breaker;

import io.leasehold.ledger.api.Circumstances;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.StackRef;

/**
 * A run that failed, as far as others may fail like it.
 *
 * @param circumstances what its worker told that it shares with others
 */
public record SharedFailure(
        String runId, StackRef stack, RunKind kind, String code, Circumstances circumstances) {}
