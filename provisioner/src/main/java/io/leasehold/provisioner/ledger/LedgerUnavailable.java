package io.leasehold.provisioner.ledger;

import org.jspecify.annotations.Nullable;

/**
 * The state service did not answer, or could not: an outage, which is never anybody's fault, unless
 * it is a {@link LedgerFault}.
 */
public sealed class LedgerUnavailable extends RuntimeException permits LedgerFault {

    private static final long serialVersionUID = 1L;

    /** Says what was tried. */
    public LedgerUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
