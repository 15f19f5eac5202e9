/**
 * Runs: their rows and logs, and what becomes of a stack when one ends. May touch the run tables,
 * the run's columns of a stack, the outbox, dead letters and the planner; never hands out work.
 */
@NullMarked
package io.leasehold.state.run;

import org.jspecify.annotations.NullMarked;
