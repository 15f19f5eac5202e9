/**
 * What upstream says of a tenant: the event, its data, the hash that tells whether two events say
 * the same, and the rule by which names become names of OpenTofu variables. Pure values; may touch
 * Jackson's tree and nothing else.
 */
@NullMarked
package io.leasehold.events.tenant;

import org.jspecify.annotations.NullMarked;
