package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * Dead letters that have something in common.
 *
 * @param key the code, tenant, blueprint, fingerprint, day (UTC) or age; null where a letter has
 *     none
 * @param lastHour how many of them failed within the last hour; null from an older service
 * @param hourBefore how many within the hour before that; null from an older service
 * @param oldest when the first of them failed
 * @param newest when the last of them did
 * @param sample the id of the newest of them
 * @param code of the sample
 * @param reason of the sample
 * @param keys how many keys there are in all, of which this is one; only where the most are asked
 *     for, and null from an older service, which gives them in the order of their keys
 */
public record LetterGroup(
        @Nullable String key,
        long count,
        @Nullable Long lastHour,
        @Nullable Long hourBefore,
        String oldest,
        String newest,
        String sample,
        String code,
        String reason,
        @Nullable Long keys) {}
