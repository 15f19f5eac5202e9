/**
 * Measures the state service by itself: the packaged service and a Postgres, each a process, and
 * clients that speak HTTP as tofu, workers and readers of events do.
 */
@NullMarked
package io.leasehold.bench.state;

import org.jspecify.annotations.NullMarked;
