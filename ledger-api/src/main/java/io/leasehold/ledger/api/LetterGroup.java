package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * Dead letters that have something in common.
 *
 * @param key the code, tenant, blueprint, fingerprint or day (UTC); null where a letter has none
 * @param oldest when the first of them failed
 * @param sample the id of the newest of them
 * @param code of the sample
 * @param reason of the sample
 */
public record LetterGroup(
        @Nullable String key,
        long count,
        String oldest,
        String newest,
        String sample,
        String code,
        String reason) {}
