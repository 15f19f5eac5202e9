package io.leasehold.provisioner.tofu;

/** A tofu at work. All methods may be called from any thread, any number of times. */
public interface TofuHandle {

    /** Waits for the end and for everything that was read to reach the listener. */
    TofuResult await() throws InterruptedException;

    /**
     * Asks tofu to stop and gives it time to save its state: one SIGINT, the request's grace, a
     * second SIGINT, then a kill, which waits while a state write is under way. Returns at once.
     *
     * @param reason for people; it stands in the outcome
     */
    void interrupt(String reason);

    /**
     * The lease is over: closes every door and the way on to the state service at once, so that
     * nothing reaches the world after this returns, then ends tofu. What it writes from now on, and
     * what it could not hand over, stays in the spool.
     */
    void fence(String reason);

    /** True while a state is on its way to the state service. */
    boolean writeInFlight();
}
