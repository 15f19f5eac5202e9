package io.leasehold.demo;

/** Something that the demo promised is not so. The message says what, in words for people. */
final class BrokenPromiseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenPromiseException(String message) {
        super(message);
    }

    BrokenPromiseException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Throws when it is not so. */
    static void unless(boolean holds, String promise) {
        if (!holds) {
            throw new BrokenPromiseException("not as promised: " + promise);
        }
    }
}
