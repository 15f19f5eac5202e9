package io.leasehold.ledger.api;

/** What a run changed, or would change. */
public record Delta(int add, int change, int destroy) {

    /** Nothing at all. */
    public static final Delta NONE = new Delta(0, 0, 0);
}
