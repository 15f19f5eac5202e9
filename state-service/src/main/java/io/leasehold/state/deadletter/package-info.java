/**
 * Dead letters: what intake or ledger refused, and runs that failed for good. The rows here are the
 * one truth; the topic hears of them through the outbox. May touch its own tables, the outbox and
 * the sealer; asks for a new attempt of a run through {@link RunRetries}, which the run feature
 * provides, and what a blueprint says of a corrected copy through {@link BlueprintCheck}, which the
 * tenant feature provides.
 */
@NullMarked
package io.leasehold.state.deadletter;

import org.jspecify.annotations.NullMarked;
