package io.leasehold.state.orphan;

import io.leasehold.state.problem.Refusal;

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

    /** For good; a key that is away, or a service that is busy, is none. */
    static Finding unreadable(Throwable failure) {
        return new Finding(
                "UNREADABLE",
                failure instanceof Refusal refusal
                        ? "what is stored cannot be opened (%s: %s)"
                                .formatted(refusal.code(), refusal.detail())
                        : "what is stored cannot be opened: damaged, or sealed with another key");
    }

    static Finding tooLarge(long bytes) {
        return new Finding(
                "TOO_LARGE",
                "it has %d bytes, and states above leasehold.orphans.most-size are not opened for it"
                        .formatted(bytes));
    }
}
