package io.leasehold.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.SourcePosition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A dead letter as a service tells of it. */
final class LetterViews {
    private LetterViews() {}

    static DeadLetterView letter(String remedy) {
        return letter(remedy, "{\u001b[2J", null, null);
    }

    /** One whose answer is of such a service. */
    static DeadLetterView letter(
            String remedy,
            @Nullable String value,
            @Nullable String edited,
            @Nullable Boolean redacted) {
        return new DeadLetterView(
                "d1",
                "EVENT",
                "OPEN",
                "acme",
                null,
                new SourcePosition("leasehold.tenant.lifecycle.v1", 3, 41),
                "EVENT_NOT_JSON",
                "not JSON at line 1",
                remedy,
                null,
                "e1",
                null,
                "2026-01-02T03:04:05Z",
                0,
                value,
                List.of(
                        new RawHeader("ce_id", "e1".getBytes(UTF_8)),
                        new RawHeader("ce_type", "old".getBytes(UTF_8)),
                        new RawHeader("empty", null)),
                "acme",
                edited,
                "intake",
                "0123456789abcdef",
                null,
                false,
                redacted);
    }
}
