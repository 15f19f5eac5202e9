package io.leasehold.state.run;

import org.jspecify.annotations.Nullable;

/**
 * A run about to end, with what its stack was when it was locked.
 *
 * @param attempts tries spent on the stack's revision before this run
 * @param newer the stack is wanted at a newer revision than the run's
 * @param beaten the worker proved at least once that it has the run
 * @param stateMd5 of the state that is served; null when there is none
 * @param observedThen the generation that is observed once this run's revision is applied
 */
record EndingRun(
        RunRow row,
        int attempts,
        boolean newer,
        boolean beaten,
        @Nullable String stateMd5,
        long observedThen) {}
