package io.leasehold.state.orphan;

/**
 * Why an orphan stays open.
 *
 * @param code for programs
 * @param what for people: addresses, never values
 */
record Finding(String code, String what) {
    /** The stack is held by somebody who may still settle it by what is written. */
    static final String WAITING = "WAITING";

    static Finding waiting() {
        return new Finding(WAITING, "its stack is held; it is looked at again when it is let go");
    }

    static Finding tooLarge(long bytes) {
        return new Finding(
                "TOO_LARGE",
                "it has %d bytes, and states above leasehold.orphans.most-size are not opened for it"
                        .formatted(bytes));
    }
}
