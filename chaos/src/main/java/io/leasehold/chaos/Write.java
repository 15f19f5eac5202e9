package io.leasehold.chaos;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A statement that changed something of a tenant, as its server saw it.
 *
 * @param session the server's process that carried it out
 * @param kind what it did
 * @param last whether it was done to the second of the two roles
 * @param marks what it wrote; null unless it marked a role
 */
record Write(
        Instant at, String session, Life life, Kind kind, boolean last, @Nullable Marks marks) {
    /** What a statement does. */
    enum Kind {
        /** A role was made. */
        MADE,
        /** A role got its marks. */
        MARKED,
        /** A role was removed. */
        DROPPED
    }
}
