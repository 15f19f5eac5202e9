package io.leasehold.ledger.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One verdict per item, in the same order. Everything in it is durable when the reply arrives. */
public record IntakeReply(List<Verdict> verdicts) {

    /** Takes a copy of the list. */
    public IntakeReply {
        verdicts = List.copyOf(verdicts);
    }

    /**
     * @param code the error code of a dead letter, or the alarm of a stale event
     * @param reason in plain words
     */
    public record Verdict(
            SourcePosition position,
            Disposition disposition,
            @Nullable String code,
            @Nullable String reason) {}
}
