package io.leasehold.cli.service;

import java.util.List;

/**
 * What a listing gave.
 *
 * @param more whether the service has more than was asked for
 */
public record Listing<T>(List<T> items, boolean more) {

    /** Takes a copy of the list. */
    public Listing {
        items = List.copyOf(items);
    }
}
