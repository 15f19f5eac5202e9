package io.leasehold.ledger.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How data keys are wrapped.
 *
 * @param masterKeys those that the answering process was given, and those that still wrap
 * @param deleted data keys that were deleted on purpose
 * @param oldSeals what is still sealed with a master key itself, from before there were data keys
 * @param rotation the last that was asked for; null when none ever was
 */
public record KeysView(
        List<MasterKey> masterKeys, long deleted, long oldSeals, @Nullable Rotation rotation) {

    /** Takes a copy of the list. */
    public KeysView(
            List<MasterKey> masterKeys, long deleted, long oldSeals, @Nullable Rotation rotation) {
        this.masterKeys = List.copyOf(masterKeys);
        this.deleted = deleted;
        this.oldSeals = oldSeals;
        this.rotation = rotation;
    }

    /**
     * A master key.
     *
     * @param primary wraps new data keys, in the answering process
     * @param known the answering process was given it; else what it wraps cannot be opened there
     * @param dataKeys so many are wrapped by it
     * @param oldest when the first of these was wrapped, ISO-8601; null when there are none
     */
    public record MasterKey(
            String id, boolean primary, boolean known, long dataKeys, @Nullable String oldest) {}

    /**
     * That everything is to be brought under one master key.
     *
     * @param doneAt ISO-8601; null while it is at work
     */
    public record Rotation(
            String masterKeyId,
            String askedBy,
            String reason,
            String askedAt,
            @Nullable String doneAt) {}
}
