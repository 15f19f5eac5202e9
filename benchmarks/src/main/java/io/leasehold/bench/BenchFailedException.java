package io.leasehold.bench;

/** The benchmark cannot go on; the message says why and what to do. */
public final class BenchFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With that message. */
    public BenchFailedException(String message) {
        super(message);
    }

    /** With that message, for that cause. */
    public BenchFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
