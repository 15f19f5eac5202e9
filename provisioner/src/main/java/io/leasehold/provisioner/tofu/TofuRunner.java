package io.leasehold.provisioner.tofu;

/**
 * Executes tofu in the sandbox. Shared; any thread may start runs.
 *
 * <p>Each run takes one slot of the sandbox. When all are taken, {@link #start} waits for one.
 */
public interface TofuRunner {

    /**
     * Starts one tofu. That it could not be started is an outcome, not an exception.
     *
     * @throws InterruptedException while waiting for a slot
     */
    TofuHandle start(TofuRequest request, TofuListener listener) throws InterruptedException;

    /** Starts one tofu and waits for its end. */
    default TofuResult execute(TofuRequest request, TofuListener listener)
            throws InterruptedException {
        return start(request, listener).await();
    }

    /** The version of the tofu in use, such as {@code 1.12.6}; {@code unknown} if it cannot run. */
    String tofuVersion();
}
