package io.leasehold.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One approach, made ready to be measured. Used by one thread. */
interface Contender extends AutoCloseable {

    /** Which one it is. */
    Approach approach();

    /** Does once, unmeasured, what the approach does once for a module. */
    void prepare(BenchModule module) throws InterruptedException;

    /**
     * Takes all tenants through a phase and returns when the last one is done.
     *
     * @return for each tenant, in any order, how long after the beginning it was done
     * @throws BenchFailedException if it does not work for one of them
     */
    List<Duration> run(BenchModule module, Phase phase, List<String> tenants)
            throws InterruptedException;

    /** What has been used since the approach was made ready. */
    Cpu cpu();

    /** The processes by a name for people, to their peak resident memory in bytes. */
    Map<String, Long> memory();

    @Override
    void close();
}
