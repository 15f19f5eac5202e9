/**
 * Leases, claims and intake with real processes: services and databases that are killed, frozen and
 * put back.
 */
@NullMarked
package io.leasehold.it.lease;

import org.jspecify.annotations.NullMarked;
