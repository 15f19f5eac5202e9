/**
 * Plans that were made and not yet applied, so that a run that is taken over goes on from there.
 * May touch nothing but its own table; whoever lets an apply begin, or holds a stack, has the plan
 * removed in the same transaction.
 */
@NullMarked
package io.leasehold.state.checkpoint;

import org.jspecify.annotations.NullMarked;
