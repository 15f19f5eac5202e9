package io.leasehold.state.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.events.ErrorCode;
import io.leasehold.ledger.api.LetterCopy;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.ledger.api.SourcePosition;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with a letter that is to be taken in from elsewhere. Pure. */
final class CopyRules {
    static final int FORMAT = 1;

    /** More than any topic of events takes. */
    private static final int MOST_BYTES = 1_114_112;

    private static final int MOST_HEADERS = 4096;
    private static final int LONGEST_TEXT = 1024;
    private static final int LONGEST_REASON = 8192;
    private static final int MOST_REPLAYS = 1000;
    private static final Pattern ID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern TENANT = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern BLUEPRINT =
            Pattern.compile("[^@\\p{Cntrl}]{1,128}@[^@\\p{Cntrl}]{1,128}");

    private CopyRules() {}

    /** The first thing that is wrong; empty for a letter that can be taken in. */
    static Optional<String> wrong(LetterCopy copy) {
        if (copy.format() != FORMAT) {
            return Optional.of("format is not " + FORMAT);
        }
        if (!ID.matcher(copy.id()).matches()) {
            return Optional.of("id is not that of a letter");
        }
        if (!known(copy.code())) {
            return Optional.of("code is none that an event is refused for");
        }
        if (!text(copy.reason(), LONGEST_REASON)
                || !text(copy.eventId(), LONGEST_TEXT)
                || !text(copy.eventType(), LONGEST_TEXT)) {
            return Optional.of("reason, eventId or eventType is too long, or not text");
        }
        if (!fits(copy.tenantId(), TENANT) || !fits(copy.blueprint(), BLUEPRINT)) {
            return Optional.of("tenantId or blueprint is none");
        }
        return numbers(copy).or(() -> records(copy));
    }

    private static Optional<String> numbers(LetterCopy copy) {
        Integer incarnation = copy.incarnation();
        if (incarnation != null && incarnation < 1) {
            return Optional.of("incarnation is at least 1");
        }
        if (copy.replays() < 0 || copy.replays() > MOST_REPLAYS) {
            return Optional.of("replays is from 0 to " + MOST_REPLAYS);
        }
        try {
            Instant.parse(copy.at());
        } catch (DateTimeException e) {
            return Optional.of("at is not a time");
        }
        return Optional.empty();
    }

    private static Optional<String> records(LetterCopy copy) {
        SourcePosition origin = copy.position();
        if (origin == null || origin.partition() < 0 || origin.offset() < 0) {
            return Optional.of("position is missing, or none");
        }
        return record("original", copy.original(), origin)
                .or(() -> record("edited", copy.edited(), origin));
    }

    private static Optional<String> record(
            String name, @Nullable RawRecord record, SourcePosition origin) {
        if (record == null) {
            return Optional.empty();
        }
        if (!record.position().equals(origin)) {
            return Optional.of(name + " stood elsewhere than the letter says");
        }
        if (record.headers().size() > MOST_HEADERS || bytes(record) > MOST_BYTES) {
            return Optional.of(name + " is larger than any record of the topic can be");
        }
        return Optional.empty();
    }

    private static long bytes(RawRecord record) {
        long bytes = length(record.key()) + length(record.value());
        for (RawHeader header : record.headers()) {
            bytes += header.name().getBytes(UTF_8).length + length(header.value());
        }
        return bytes;
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static boolean known(String code) {
        for (ErrorCode each : ErrorCode.values()) {
            if (each.name().equals(code)) {
                return each.kind() == ErrorCode.Kind.EVENT;
            }
        }
        return false;
    }

    private static boolean text(@Nullable String text, int longest) {
        return text == null || (text.length() <= longest && text.indexOf('\0') < 0);
    }

    private static boolean fits(@Nullable String text, Pattern pattern) {
        return text == null || pattern.matcher(text).matches();
    }
}
