/**
 * The state service: ledger, leases, states, outbox. Knows the database; never Kafka, never
 * processes.
 */
@NullMarked
package io.leasehold.state;

import org.jspecify.annotations.NullMarked;
