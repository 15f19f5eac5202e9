package io.leasehold.client;

/**
 * The broker did not take the event in time; it may or may not be there. Sending it again is safe.
 */
public final class PublishFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PublishFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
