package io.leasehold.state.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.events.ErrorCode;
import io.leasehold.events.intake.RedactedParts;
import io.leasehold.events.intake.Redaction;
import io.leasehold.ledger.api.RawRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A letter with what it holds, in the clear.
 *
 * @param original what came, where it was kept
 * @param corrected the corrected copy, if there is one
 */
record OpenLetter(Letter letter, @Nullable RawRecord original, @Nullable RawRecord corrected) {

    /**
     * The same as it may be looked at, fit for nothing else. What ended the reader is not read here
     * either.
     */
    OpenLetter redacted() {
        return new OpenLetter(letter, redacted(original, isPoison()), redacted(corrected, false));
    }

    /**
     * What of a new copy is not of the event but of {@link #redacted}: pointers into its value,
     * names of headers, and the key.
     */
    List<String> redactedPartsOf(RawRecord copy) {
        RawRecord read = isPoison() ? null : original;
        RedactedParts parts =
                RedactedParts.of(
                        read == null ? null : read.value(),
                        corrected == null ? null : corrected.value());
        byte[] value = copy.value();
        List<String> found = new ArrayList<>(value == null ? List.of() : parts.in(value));
        if (original != null) {
            RedactedParts.in(
                            LetterBytes.contract(copy.headers()),
                            LetterBytes.contract(original.headers()))
                    .forEach(name -> found.add("header " + name));
            if (RedactedParts.isOf(copy.key(), original.key())) {
                found.add("the key");
            }
        }
        return found;
    }

    private boolean isPoison() {
        return letter.code().equals(ErrorCode.POISON.name());
    }

    private static @Nullable RawRecord redacted(@Nullable RawRecord record, boolean poison) {
        if (record == null) {
            return null;
        }
        byte[] key = record.key();
        byte[] value = record.value();
        return new RawRecord(
                record.position(),
                record.timestampMillis(),
                key == null ? null : Redaction.key(key),
                value == null
                        ? null
                        : (poison ? Redaction.unread(value) : Redaction.value(value))
                                .getBytes(UTF_8),
                LetterBytes.wire(Redaction.headers(LetterBytes.contract(record.headers()))));
    }
}
