package io.leasehold.state.deadletter;

/** What the ledger says of a replay id that a record carries. */
public enum ReplayMark {
    /** Issued here and seen for the first time; it is used up now. */
    HONOURED,
    /** Issued here and used up before: the record is a duplicate. */
    SEEN,
    /** Never issued: the header is to be ignored. */
    UNKNOWN
}
