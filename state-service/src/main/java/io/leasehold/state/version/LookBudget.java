package io.leasehold.state.version;

/**
 * Bounds how many bytes of states are open at once. One that is larger than all there is may be
 * opened when it is alone. Safe for use by any thread.
 */
final class LookBudget {
    private final long all;
    private long open;

    LookBudget(long all) {
        this.all = all;
    }

    /** True when so many bytes may be opened now; then they must be given back. */
    synchronized boolean take(long bytes) {
        if (open > 0 && open + bytes > all) {
            return false;
        }
        open += bytes;
        return true;
    }

    /** They are closed. */
    synchronized void giveBack(long bytes) {
        open -= bytes;
    }
}
