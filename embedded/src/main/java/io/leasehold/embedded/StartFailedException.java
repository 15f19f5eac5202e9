package io.leasehold.embedded;

/**
 * A part of the local system did not come up, or did not do so in time. The message says which
 * part, what was waited for and where its log is.
 */
public final class StartFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what did not start, and why. */
    public StartFailedException(String message) {
        super(message);
    }

    /** Says what did not start, with the failure behind it. */
    public StartFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
