/**
 * Kills the services of a real system at random instants while tenants come, change and go, and
 * counts from outside what was lost. Knows what was sent and what the tenants' own Postgres saw;
 * asks the services only for what they say of themselves at the end.
 */
@NullMarked
package io.leasehold.chaos;

import org.jspecify.annotations.NullMarked;
