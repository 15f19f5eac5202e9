/**
 * Holds: what people said must not run, by whom, why and until when; and cancels, which leave one.
 * May touch the hold columns of lives and stacks and the cancel columns of runs, and calls the
 * planner; whoever hands out or ends runs only reads them.
 */
@NullMarked
package io.leasehold.state.hold;

import org.jspecify.annotations.NullMarked;
