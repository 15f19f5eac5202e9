package io.leasehold.ledger.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a listing.
 *
 * @param next to be sent as {@code after} for the next page; null on the last
 */
public record Page<T>(List<T> items, @Nullable String next) {

    /** Takes a copy of the list. */
    public Page(List<T> items, @Nullable String next) {
        this.items = List.copyOf(items);
        this.next = next;
    }
}
