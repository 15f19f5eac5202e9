package io.leasehold.state.tenant;

/** What was looked at has changed meanwhile: the transaction is to be tried again. */
final class JudgeAgain extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JudgeAgain() {
        super("another transaction was first", null, false, false);
    }
}
