package io.leasehold.events.intake;

import org.jspecify.annotations.Nullable;

/**
 * What a record says of itself, as far as it could be read: for lists and searches, never for a
 * decision. Bounded and printable; null where it could not be read.
 *
 * @param tenantId the data's tenant id, or else the key, if it has the form of one
 * @param incarnation of the data
 * @param generation of the data
 * @param eventId {@code ce_id}
 * @param source {@code ce_source}
 * @param type {@code ce_type}
 */
public record Claims(
        @Nullable String tenantId,
        @Nullable Long incarnation,
        @Nullable Long generation,
        @Nullable String eventId,
        @Nullable String source,
        @Nullable String type) {}
