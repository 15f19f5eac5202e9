package io.leasehold.events.outgoing;

import io.leasehold.events.ErrorCode;
import io.leasehold.events.Header;
import io.leasehold.events.Headers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of a dead letter say. For a refused event they are laid over the record's own
 * headers, bytes of key and value stay as they were; for a run that failed they join those of its
 * {@link RunDeadLetter}.
 *
 * @param deadLetterId the ledger's id of the letter; what an operator replays
 * @param code why
 * @param reason for people, cut at {@link #MAX_REASON} characters
 * @param pointers where in the data, as JSON Pointers
 * @param origin where the record came from; null for a run
 * @param about whom, as far as it is known
 * @param failures how often and when
 * @param appVersion the version of the platform that said so
 */
public record DeadLetterHeaders(
        String deadLetterId,
        ErrorCode code,
        String reason,
        List<String> pointers,
        @Nullable Origin origin,
        About about,
        Failures failures,
        String appVersion) {
    /** Longer reasons are cut. */
    public static final int MAX_REASON = 1024;

    /** So that all of them together stay below 8 KiB, whatever a failure is of, in UTF-8. */
    private static final int MAX_TEXT_BYTES = 2048;

    private static final int MAX_NAME_BYTES = 256;

    public DeadLetterHeaders {
        reason = Objects.requireNonNull(Texts.cut(reason, MAX_REASON));
        pointers = List.copyOf(pointers);
    }

    /** The place a record was read from. */
    public record Origin(String topic, int partition, long offset) {}

    /** Whom it is about; what is not known is null. */
    public record About(
            @Nullable String tenantId,
            @Nullable Long incarnation,
            @Nullable Long generation,
            @Nullable String stack,
            @Nullable String runId) {}

    /**
     * How often it was tried and when it failed.
     *
     * @param stage {@code intake}, {@code plan}, {@code apply} …
     */
    public record Failures(String stage, int attempts, Instant first, Instant last) {}

    /** What failures of one cause have in common: {@link Fingerprint}. */
    public String fingerprint() {
        return Fingerprint.of(code.name(), failures.stage(), reason, about.tenantId());
    }

    /** The record's own headers without those of an earlier failure, and these. */
    public List<Header> over(List<Header> original) {
        List<Header> headers = new ArrayList<>(Headers.withoutPlatformOwned(original));
        headers.addAll(render());
        return List.copyOf(headers);
    }

    /** These headers alone, always in the same order. */
    public List<Header> render() {
        List<Header> headers = new ArrayList<>();
        add(headers, Headers.DEAD_LETTER_REASON, code + ": " + reason, MAX_TEXT_BYTES);
        if (origin != null) {
            add(headers, Headers.DEAD_LETTER_TOPIC, origin.topic());
            add(headers, Headers.DEAD_LETTER_PARTITION, origin.partition());
            add(headers, Headers.DEAD_LETTER_OFFSET, origin.offset());
        }
        add(headers, Headers.DLT_ID, deadLetterId);
        add(headers, Headers.DLT_KIND, code.kind().name().toLowerCase(Locale.ROOT));
        add(headers, Headers.DLT_CODE, code);
        add(headers, Headers.DLT_TYPE, code.type());
        add(headers, Headers.DLT_CLASS, code.failureClass());
        add(headers, Headers.DLT_STAGE, failures.stage());
        add(headers, Headers.DLT_ATTEMPTS, failures.attempts());
        add(headers, Headers.DLT_FIRST_FAILED_AT, failures.first());
        add(headers, Headers.DLT_LAST_FAILED_AT, failures.last());
        if (!pointers.isEmpty()) {
            add(headers, Headers.DLT_POINTERS, String.join(" ", pointers), MAX_TEXT_BYTES);
        }
        add(headers, Headers.DLT_RUN_ID, about.runId());
        add(headers, Headers.DLT_TENANT, about.tenantId());
        add(headers, Headers.DLT_INCARNATION, about.incarnation());
        add(headers, Headers.DLT_GENERATION, about.generation());
        add(headers, Headers.DLT_STACK, about.stack());
        add(headers, Headers.DLT_FINGERPRINT, fingerprint());
        add(headers, Headers.DLT_APP_VERSION, appVersion);
        return List.copyOf(headers);
    }

    private static void add(List<Header> headers, String name, @Nullable Object value) {
        add(headers, name, value, MAX_NAME_BYTES);
    }

    private static void add(
            List<Header> headers, String name, @Nullable Object value, int mostBytes) {
        if (value != null) {
            headers.add(Header.of(name, Texts.cutBytes(value.toString(), mostBytes)));
        }
    }
}
