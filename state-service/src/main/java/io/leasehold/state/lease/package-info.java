/**
 * Leases: who may work on a stack, and until when. Claims, heartbeats, workers and service time.
 * May touch the lease columns of a stack, workers and the pulse; a lease that is lost is ended by
 * the run feature.
 */
@NullMarked
package io.leasehold.state.lease;

import org.jspecify.annotations.NullMarked;
