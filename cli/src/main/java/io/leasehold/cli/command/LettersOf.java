package io.leasehold.cli.command;

import io.leasehold.cli.service.Listing;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.Paths;
import java.util.List;
import java.util.Map;

/** Finds the letters that are meant. */
final class LettersOf {
    private LettersOf() {}

    /** Their ids: those named, or of the open ones that are chosen the newest, at most so many. */
    static List<String> ids(Front front, Where where, int limit) {
        List<String> named = where.isOpen() ? null : where.ids();
        if (named != null) {
            return named;
        }
        Map<String, Object> query = Which.query(where.any());
        query.put("status", "OPEN");
        Listing<DeadLetterView> found =
                front.service().list(Paths.DEAD_LETTERS, query, DeadLetterView.class, limit);
        if (found.more()) {
            front.warn(
                    "More letters match than these "
                            + found.items().size()
                            + "; let more in by a higher --limit.");
        }
        return found.items().stream().map(DeadLetterView::id).toList();
    }
}
