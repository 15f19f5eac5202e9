package io.leasehold.provisioner.tofu;

import java.time.Duration;

/**
 * How long a tofu may take. There is no limit on CPU time: a slow apply is not a wrong one.
 *
 * @param wallClock from start to end; then it is asked to stop
 * @param idle without a byte of output; then it is asked to stop
 * @param grace how long it may take to stop by itself. Whatever this says, it is not killed while a
 *     state write that it had begun by then is under way
 */
public record RunLimits(Duration wallClock, Duration idle, Duration grace) {}
