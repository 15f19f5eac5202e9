package io.leasehold.ledger.api;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** What intake could say of a record without the ledger. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "judgement")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Judgement.WellFormed.class, name = "well-formed"),
    @JsonSubTypes.Type(value = Judgement.Refused.class, name = "refused")
})
public sealed interface Judgement {

    /**
     * The record is a tenant event by envelope, schema and rules.
     *
     * @param eventType the full CloudEvents type
     * @param data the tenant spec, exactly as published
     * @param specHash lower-case hex SHA-256 over the canonical spec
     */
    record WellFormed(
            String eventId,
            String eventType,
            String source,
            @Nullable String traceparent,
            JsonNode data,
            String specHash)
            implements Judgement {}

    /**
     * The record can never be accepted.
     *
     * @param code a stable error code of the event contract
     * @param reason for the publisher; at most 1 KiB, without values that may be secret
     * @param tenantId the tenant it names, when that much could be read
     * @param keepBytes false when the bytes hold a secret and only the origin may be kept
     */
    record Refused(
            String code,
            String reason,
            @Nullable String tenantId,
            @Nullable String eventId,
            @Nullable String eventType,
            boolean keepBytes)
            implements Judgement {}
}
