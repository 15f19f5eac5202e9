package io.leasehold.provisioner.ledger;

/** What an answer of the state service that is no success says of the same request sent again. */
public enum Trouble {
    /** It is away, going away or too busy: nobody's fault, and the same again may succeed. */
    OUTAGE,
    /** It fails at this very request: the same again most likely fails again. */
    FAULT,
    /** It says no, and says why: the same again is of no use. */
    REFUSAL;

    /** Reads an HTTP status of 400 and above; no answer at all is an {@link #OUTAGE}. */
    public static Trouble of(int status) {
        return switch (status) {
            case 408, 429, 502, 503, 504 -> OUTAGE;
            default -> status >= 500 ? FAULT : REFUSAL;
        };
    }
}
