package io.leasehold.events.intake;

import io.leasehold.events.ErrorCode;
import java.util.List;

/** Ends the reading of a record from deep inside a check; never leaves this package. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient List<String> pointers;

    RefusedException(ErrorCode code, String reason, List<String> pointers) {
        super(reason, null, false, false);
        this.code = code;
        this.pointers = pointers;
    }

    static RefusedException of(ErrorCode code, String reason) {
        return new RefusedException(code, reason, List.of());
    }

    /** A reason about one place in the data; it begins with the pointer. */
    static RefusedException at(ErrorCode code, String pointer, String reason) {
        String shown = Printable.of(pointer);
        return new RefusedException(
                code, (shown.isEmpty() ? "data" : shown) + " " + reason, List.of(shown));
    }

    Reading.Refused refused(Claims claims) {
        return new Reading.Refused(
                code,
                Printable.reason(String.valueOf(getMessage())),
                pointers.stream().limit(Reading.Refused.MAX_POINTERS).toList(),
                claims);
    }
}
