package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/**
 * What contract and blueprint say of an event's data before the event is sent.
 *
 * @param code what the event would become a dead letter with; null when nothing is wrong
 * @param reason in plain words, without values; null when nothing is wrong
 * @param remedy what to do; null when nothing is wrong
 */
public record EventCheck(@Nullable String code, @Nullable String reason, @Nullable String remedy) {

    /** Nothing is wrong. */
    public static final EventCheck SOUND = new EventCheck(null, null, null);
}
