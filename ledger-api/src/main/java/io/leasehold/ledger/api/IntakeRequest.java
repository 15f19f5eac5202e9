package io.leasehold.ledger.api;

import java.util.List;

/** Records of one partition in rising offset order, each with its judgement. */
public record IntakeRequest(List<Item> items) {

    /** Takes a copy of the list. */
    public IntakeRequest {
        items = List.copyOf(items);
    }

    /** One record and what intake says of it. */
    public record Item(RawRecord raw, Judgement judgement) {}
}
