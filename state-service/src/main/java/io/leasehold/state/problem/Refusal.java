package io.leasehold.state.problem;

/**
 * What was asked is refused, and the caller is told why. Thrown at any depth below a resource; it
 * rolls back the transaction it passes through.
 */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    /**
     * @param status the HTTP status, 4xx or 5xx
     * @param code stable, upper-case, for programs
     * @param detail what happened, to whom, why, and what to do; for people, without secrets
     */
    public Refusal(int status, String code, String detail) {
        // A refusal is an answer, not a fault: it needs no stack trace.
        super(detail, null, false, false);
        this.status = status;
        this.code = code;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The stable code. */
    public String code() {
        return code;
    }

    /** The words for people. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
