/**
 * Outputs as downstream sees them: the allowed ones of the last successful run, sensitive ones as
 * references, on the compacted topic. May touch the output columns of what was applied, states (to
 * read) and the outbox.
 */
@NullMarked
package io.leasehold.state.output;

import org.jspecify.annotations.NullMarked;
