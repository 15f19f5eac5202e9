package io.leasehold.state.retention;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/**
 * How long is kept what grows with time. What is still needed stays, however old: a run at work and
 * the last one of each stack, events and dead letters that are open, what is not yet published.
 */
@ConfigMapping(prefix = "leasehold.retention")
public interface RetentionConfig {
    /** The logs of runs. They go by whole weeks, so some are kept for seven days more. */
    @WithDefault("P30D")
    Duration runLogs();

    /** Runs that have ended, once their logs are gone. */
    @WithDefault("P90D")
    Duration runs();

    /** What became of each event that was taken in. */
    @WithDefault("P90D")
    Duration events();

    /** Dead letters that were closed, counted from then. */
    @WithDefault("P180D")
    Duration deadLetters();

    /** The audit. It goes by whole months. */
    @WithDefault("P730D")
    Duration audit();

    /** What older revisions of a stack were made of. */
    @WithDefault("P30D")
    Duration revisions();

    /** Of so many of its newest generations a tenant's life remembers the content. */
    @WithDefault("1000")
    int generations();

    /** Names of workers that nobody bears any more. */
    @WithDefault("P30D")
    Duration workers();

    /** How often each kind is looked over, by one process at a time. */
    @WithDefault("PT5M")
    Duration sweepEvery();

    /** How many rows are looked at, and at most let go, in one transaction. */
    @WithDefault("1000")
    int batch();
}
