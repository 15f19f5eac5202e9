package io.leasehold.state.deadletter;

import io.leasehold.events.ErrorCode;
import io.leasehold.events.intake.EventReader;
import io.leasehold.events.intake.Reading;
import io.leasehold.ledger.api.RawRecord;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/** Says what intake would still find wrong with a record. Safe to share. */
@ApplicationScoped
public class CopyCheck {
    private final EventReader reader = new EventReader();

    /**
     * Null when intake's own checks pass; what the ledger will say is known only when it is sent.
     */
    @Nullable String problem(RawRecord raw) {
        Reading reading =
                reader.read(
                        new io.leasehold.events.intake.RawRecord(
                                raw.position().topic(),
                                raw.position().partition(),
                                raw.position().offset(),
                                raw.timestampMillis(),
                                raw.key(),
                                raw.value(),
                                LetterBytes.contract(raw.headers())));
        return switch (reading) {
            case Reading.Accepted _ -> null;
            case Reading.Refused refused -> refused.code() + ": " + refused.reason();
        };
    }

    /**
     * The same for a letter's original bytes. Those of a poisonous record are not read at all: that
     * is what ended the reader.
     */
    @Nullable String problem(String code, RawRecord original) {
        return code.equals(ErrorCode.POISON.name())
                ? "POISON: reading it ended the reader."
                : problem(original);
    }
}
