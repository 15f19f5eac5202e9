/**
 * What upstream and downstream teams link: a publisher of tenant events and a view of the latest
 * outputs.
 */
@NullMarked
package io.leasehold.client;

import org.jspecify.annotations.NullMarked;
