/**
 * Plans that were made and not yet applied, so that a run that is taken over goes on from there.
 * May touch nothing but its own table. A plan goes in the transaction by which an apply begins, or
 * its stack is held.
 */
@NullMarked
package io.leasehold.state.checkpoint;

import org.jspecify.annotations.NullMarked;
