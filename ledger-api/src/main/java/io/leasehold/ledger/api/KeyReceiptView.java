package io.leasehold.ledger.api;

/**
 * That a data key was deleted on purpose. Never changed.
 *
 * @param at ISO-8601
 * @param actor who did it; {@code retention} when a setting did
 * @param masterKeyId the master key that wrapped it last
 */
public record KeyReceiptView(
        long id,
        String keyId,
        String tenantId,
        int incarnation,
        String at,
        String actor,
        String reason,
        String masterKeyId,
        KeyLoss loss) {}
