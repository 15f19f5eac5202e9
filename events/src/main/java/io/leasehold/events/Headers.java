package io.leasehold.events;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The names of all headers of the contract, and which of them only the platform may set. */
public final class Headers {
    public static final String CONTENT_TYPE = "content-type";

    public static final String CE_PREFIX = "ce_";
    public static final String CE_SPECVERSION = "ce_specversion";
    public static final String CE_ID = "ce_id";
    public static final String CE_SOURCE = "ce_source";
    public static final String CE_TYPE = "ce_type";
    public static final String CE_SUBJECT = "ce_subject";
    public static final String CE_TIME = "ce_time";
    public static final String CE_DATASCHEMA = "ce_dataschema";
    public static final String CE_PARTITIONKEY = "ce_partitionkey";
    public static final String CE_TRACEPARENT = "ce_traceparent";
    public static final String CE_TRACESTATE = "ce_tracestate";
    public static final String CE_CORRELATIONID = "ce_correlationid";
    public static final String CE_CAUSATIONID = "ce_causationid";

    public static final String DEAD_LETTER_REASON = "dead-letter-reason";
    public static final String DEAD_LETTER_TOPIC = "dead-letter-topic";
    public static final String DEAD_LETTER_PARTITION = "dead-letter-partition";
    public static final String DEAD_LETTER_OFFSET = "dead-letter-offset";

    public static final String DLT_ID = "x-dlt-id";
    public static final String DLT_KIND = "x-dlt-kind";
    public static final String DLT_CODE = "x-dlt-code";
    public static final String DLT_TYPE = "x-dlt-type";
    public static final String DLT_CLASS = "x-dlt-class";
    public static final String DLT_STAGE = "x-dlt-stage";
    public static final String DLT_ATTEMPTS = "x-dlt-attempts";
    public static final String DLT_FIRST_FAILED_AT = "x-dlt-first-failed-at";
    public static final String DLT_LAST_FAILED_AT = "x-dlt-last-failed-at";
    public static final String DLT_POINTERS = "x-dlt-pointers";
    public static final String DLT_RUN_ID = "x-dlt-run-id";
    public static final String DLT_TENANT = "x-dlt-tenant";
    public static final String DLT_INCARNATION = "x-dlt-incarnation";
    public static final String DLT_GENERATION = "x-dlt-generation";
    public static final String DLT_STACK = "x-dlt-stack";
    public static final String DLT_FINGERPRINT = "x-dlt-fingerprint";
    public static final String DLT_APP_VERSION = "x-dlt-app-version";

    /** Issued by the ledger, honoured once; what says that a record was sent again on purpose. */
    public static final String REPLAY_ID = "x-replay-id";

    /** Which replay of the letter it is, from 1; for people, since anybody could write it. */
    public static final String REPLAY_COUNT = "x-replay-count";

    public static final String REPLAY_EDITED_FROM_SHA256 = "x-replay-edited-from-sha256";
    public static final String REPLAY_ORIGIN = "x-replay-origin";

    private static final List<String> PLATFORM_PREFIXES =
            List.of("dead-letter-", "x-dlt-", "x-replay-");

    /** All of the above, and what traces pass through under names of their own. */
    private static final Set<String> OF_CONTRACT =
            Set.of(
                    CONTENT_TYPE,
                    "traceparent",
                    "tracestate",
                    CE_SPECVERSION,
                    CE_ID,
                    CE_SOURCE,
                    CE_TYPE,
                    CE_SUBJECT,
                    CE_TIME,
                    CE_DATASCHEMA,
                    CE_PARTITIONKEY,
                    CE_TRACEPARENT,
                    CE_TRACESTATE,
                    CE_CORRELATIONID,
                    CE_CAUSATIONID,
                    DEAD_LETTER_REASON,
                    DEAD_LETTER_TOPIC,
                    DEAD_LETTER_PARTITION,
                    DEAD_LETTER_OFFSET,
                    DLT_ID,
                    DLT_KIND,
                    DLT_CODE,
                    DLT_TYPE,
                    DLT_CLASS,
                    DLT_STAGE,
                    DLT_ATTEMPTS,
                    DLT_FIRST_FAILED_AT,
                    DLT_LAST_FAILED_AT,
                    DLT_POINTERS,
                    DLT_RUN_ID,
                    DLT_TENANT,
                    DLT_INCARNATION,
                    DLT_GENERATION,
                    DLT_STACK,
                    DLT_FINGERPRINT,
                    DLT_APP_VERSION,
                    REPLAY_ID,
                    REPLAY_COUNT,
                    REPLAY_EDITED_FROM_SHA256,
                    REPLAY_ORIGIN);

    /** By which the retries of SmallRye and of Spring count. */
    private static final List<String> RETRY_PREFIXES = List.of("delayed-retry-", "retry_topic-");

    private Headers() {}

    /**
     * True for headers that only the platform sets. Input that carries them is read as if it did
     * not, and they are replaced, never appended to, so that a second failure does not report the
     * reason of the first.
     */
    public static boolean isPlatformOwned(String name) {
        return PLATFORM_PREFIXES.stream().anyMatch(name::startsWith);
    }

    /** True for headers that the contract gives a meaning, in any case of letters. */
    public static boolean isOfContract(String name) {
        return OF_CONTRACT.contains(name.toLowerCase(Locale.ROOT));
    }

    /** The headers without those that only the platform sets, in their order. */
    public static List<Header> withoutPlatformOwned(List<Header> headers) {
        return headers.stream().filter(header -> !isPlatformOwned(header.name())).toList();
    }

    /**
     * What a record keeps of its headers when it is sent again: a count of retries that has run out
     * would send it from one of the topic's readers straight to its dead letters, unread.
     */
    public static List<Header> toSendAgain(List<Header> headers) {
        return withoutPlatformOwned(headers).stream()
                .filter(header -> RETRY_PREFIXES.stream().noneMatch(header.name()::startsWith))
                .toList();
    }

    /** The replay id a record claims to carry; only the ledger knows whether it issued it. */
    public static Optional<String> replayId(List<Header> headers) {
        return last(headers, REPLAY_ID);
    }

    /** The text of the last header of that name. */
    public static Optional<String> last(List<Header> headers, String name) {
        return headers.stream()
                .filter(header -> header.name().equals(name))
                .reduce((_, second) -> second)
                .map(Header::text);
    }
}
