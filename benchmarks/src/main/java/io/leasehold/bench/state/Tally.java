package io.leasehold.bench.state;

import java.util.LinkedHashMap;
import java.util.Map;

/** What one client did: how long each kind of request took, and what went wrong. For one thread. */
final class Tally {
    private final Map<String, Timings> verbs = new LinkedHashMap<>();
    private long operations;
    private long errors;

    /** A request, with the nanosecond it began at. */
    void took(String verb, long since) {
        verbs.computeIfAbsent(verb, _ -> new Timings()).add(System.nanoTime() - since);
    }

    /** So many operations are done. */
    void done(long more) {
        operations += more;
    }

    /** Something was not as it should be. */
    void error() {
        errors++;
    }

    void add(Tally other) {
        other.verbs.forEach(
                (verb, times) -> verbs.computeIfAbsent(verb, _ -> new Timings()).add(times));
        operations += other.operations;
        errors += other.errors;
    }

    Map<String, Timings> verbs() {
        return verbs;
    }

    /** Of one kind of request, in milliseconds; 0 where there was none. */
    double percentile(String verb, double share) {
        Timings times = verbs.get(verb);
        return times == null ? 0 : times.percentile(share);
    }

    long operations() {
        return operations;
    }

    long errors() {
        return errors;
    }
}
