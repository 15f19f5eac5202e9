package io.leasehold.provisioner.ledger;

/**
 * The state service said no, and asking again would not help. The code is the service's own and
 * stable; {@code LEASE_LOST} means that the caller's right is gone.
 */
public final class LedgerRefusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The code of a lost lease. */
    public static final String LEASE_LOST = "LEASE_LOST";

    private final int status;
    private final String code;

    /** Keeps what the service's problem document said. */
    public LedgerRefusal(int status, String code, String detail) {
        super(code + ": " + detail);
        this.status = status;
        this.code = code;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The service's stable code. */
    public String code() {
        return code;
    }

    /** Whether the right to a stack or a shard is gone. */
    public boolean leaseLost() {
        return code.equals(LEASE_LOST);
    }
}
