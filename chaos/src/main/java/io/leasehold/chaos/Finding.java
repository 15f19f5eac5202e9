package io.leasehold.chaos;

/** One thing that should not be: what is counted, of whom, and what was seen. */
record Finding(Count count, String whom, String seen) {}
