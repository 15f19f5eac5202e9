package io.leasehold.ledger.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lines to add to a run's log; lines already stored are ignored, so it may be sent again. */
public record LogAppend(@Nullable String leaseId, List<LogLine> lines) {

    /** Takes a copy of the list. */
    public LogAppend(@Nullable String leaseId, List<LogLine> lines) {
        this.leaseId = leaseId;
        this.lines = List.copyOf(lines);
    }
}
