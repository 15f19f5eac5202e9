/**
 * Drift: what a check found, and the edges that people hear of. May touch the drift table, the
 * drift columns of a stack and the outbox; changes nothing that is wanted or applied.
 */
@NullMarked
package io.leasehold.state.drift;

import org.jspecify.annotations.NullMarked;
