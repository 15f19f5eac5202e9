package io.leasehold.state.lock;

/** Who has a stack at the moment that somebody wants to take it from them. */
sealed interface Holder {
    /**
     * What the holder is known by: the lock's id, or the run's, since a lease's own is the right.
     */
    String id();

    /** Whether it may still be at work. */
    boolean alive();

    /**
     * A run by its lease.
     *
     * @param alive the lease is live in service time
     * @param freeInMillis until the lease and its grace are over
     */
    record Run(String id, String worker, boolean alive, long freeInMillis) implements Holder {}

    /** A person by a lock. */
    record Person(String id, String name, String since) implements Holder {
        /** Nobody can tell whether a person's tofu still runs. */
        @Override
        public boolean alive() {
            return true;
        }
    }
}
