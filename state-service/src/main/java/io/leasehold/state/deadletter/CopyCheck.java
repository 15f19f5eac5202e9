package io.leasehold.state.deadletter;

import io.leasehold.events.ErrorCode;
import io.leasehold.events.EventType;
import io.leasehold.events.intake.EventReader;
import io.leasehold.events.intake.Ordering;
import io.leasehold.events.intake.Reading;
import io.leasehold.ledger.api.EventCheck;
import io.leasehold.ledger.api.RawRecord;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Says what intake would find in a record. Safe to share. */
@ApplicationScoped
public class CopyCheck {
    private final EventReader reader;
    private final BlueprintCheck blueprints;

    /** Reads each source's events as {@code ordering} says. */
    public CopyCheck(Ordering.Rule ordering, BlueprintCheck blueprints) {
        this.reader = new EventReader(ordering);
        this.blueprints = blueprints;
    }

    /** What intake would find; what the ledger will say is known only when it is sent. */
    sealed interface Finding {
        /** It would be refused again. */
        record Wrong(String problem) implements Finding {}

        /** It is an event of this life; {@code generation} is null where the source counts none. */
        record Sound(String tenantId, long incarnation, @Nullable Long generation, boolean deletes)
                implements Finding {}
    }

    Finding check(RawRecord raw) {
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
            case Reading.Accepted accepted ->
                    new Finding.Sound(
                            accepted.event().data().tenantId(),
                            accepted.event().data().incarnation(),
                            accepted.event().data().generation(),
                            accepted.event().envelope().type() == EventType.TENANT_DELETED);
            case Reading.Refused refused ->
                    new Finding.Wrong(refused.code() + ": " + refused.reason());
        };
    }

    /**
     * The same for a letter's original bytes. Those of a poisonous record are not read at all: that
     * is what ended the reader.
     */
    Finding check(String code, RawRecord original) {
        return code.equals(ErrorCode.POISON.name())
                ? new Finding.Wrong(
                        "POISON: reading it ended the reader. Where that was not its doing, edit it with"
                                + " its own bytes as a whole value, and replay that.")
                : check(original);
    }

    /** What to do with a corrected copy; its blueprint is asked too. Joins the caller's session. */
    Uni<String> remedy(Mutiny.Session session, RawRecord copy) {
        return switch (check(copy)) {
            case Finding.Sound _ ->
                    blueprints
                            .say(session, Objects.requireNonNull(copy.value()))
                            .map(CopyCheck::remedy);
            case Finding.Wrong wrong -> Uni.createFrom().item(refused(wrong.problem()));
        };
    }

    /** What waits for its blueprint is not refused. */
    private static String remedy(EventCheck said) {
        String code = said.code();
        if (code == null) {
            return "The corrected copy passes intake's checks: replay the letter.";
        }
        return code.equals(ErrorCode.BLUEPRINT_UNKNOWN.name())
                ? "The corrected copy passes intake's checks, though "
                        + said.reason()
                        + ": replay the letter."
                : refused(code + ": " + said.reason());
    }

    private static String refused(String problem) {
        return "The corrected copy would still be refused: " + problem;
    }
}
