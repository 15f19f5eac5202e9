package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * One stored state of a stack.
 *
 * @param kind SEED, RUN, PERSON, ROLLBACK, ADOPTED or ORPHAN
 * @param runId of an orphan too, where its run is known
 * @param reason why it is an orphan; else in the words of who made it, null when none were given
 * @param copyOf the version that a ROLLBACK or ADOPTED one has its bytes from
 * @param deleted it is hidden, and kept for a while; null when it is not
 * @param settled what became of an orphan; null while it is open, and for all others
 * @param finding why an open orphan was not settled without a person; null when it was not looked
 *     at yet, and where no orphans are listed
 */
public record StateVersionView(
        StackRef stack,
        long version,
        String lineage,
        long serial,
        String md5,
        long bytes,
        String kind,
        @Nullable String runId,
        String writtenBy,
        String writtenAt,
        @Nullable String reason,
        @Nullable Long copyOf,
        @Nullable StateMark deleted,
        @Nullable StateMark settled,
        @Nullable OrphanFinding finding) {

    /** Written without the right to, and not served; settled or not. */
    public boolean orphan() {
        return kind.equals("ORPHAN");
    }

    /** The same with that finding. */
    public StateVersionView with(@Nullable OrphanFinding found) {
        return new StateVersionView(
                stack, version, lineage, serial, md5, bytes, kind, runId, writtenBy, writtenAt,
                reason, copyOf, deleted, settled, found);
    }
}
