package io.leasehold.provisioner.ledger;

/**
 * The state service answered, and failed at this very request: not an outage, since the same again
 * most likely ends the same. Who waits for as long as it takes may treat it as one.
 */
public final class LedgerFault extends LedgerUnavailable {

    private static final long serialVersionUID = 1L;

    /** With the HTTP status it answered. */
    public LedgerFault(int status) {
        super("state service answered " + status, null);
    }
}
