/**
 * Stacks as a plan: turns what a life wants into revisions, dueness and waiting, and settles what
 * became of its events. May touch the planning columns of stacks; leases and runs belong to others.
 */
@NullMarked
package io.leasehold.state.stack;

import org.jspecify.annotations.NullMarked;
