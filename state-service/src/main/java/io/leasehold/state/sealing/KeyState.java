package io.leasehold.state.sealing;

/** What is known of an owner's data key. */
sealed interface KeyState {

    /**
     * It is there.
     *
     * @param durable its row was seen committed; until then another transaction must not rely on it
     * @param readAt when its row was read, in nanoseconds of the process
     */
    record Present(String keyId, DataKey key, boolean durable, long readAt) implements KeyState {
        Present committed() {
            return new Present(keyId, key, true, readAt);
        }
    }

    /** There is none yet. */
    record Absent() implements KeyState {}

    /** There was one; it was deleted on purpose. */
    record Deleted() implements KeyState {}
}
