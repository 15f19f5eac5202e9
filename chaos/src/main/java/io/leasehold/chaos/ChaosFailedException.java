package io.leasehold.chaos;

/** Chaos could not be carried out. The message says why, in words for people. */
final class ChaosFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ChaosFailedException(String message) {
        super(message);
    }

    ChaosFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
