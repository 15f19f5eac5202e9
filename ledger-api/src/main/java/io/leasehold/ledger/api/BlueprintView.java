package io.leasehold.ledger.api;

import java.util.List;

/** A registered blueprint. Immutable: the same name and version never stand for anything else. */
public record BlueprintView(String name, String version, String digest, List<String> stacks) {

    /** Takes a copy of the list. */
    public BlueprintView {
        stacks = List.copyOf(stacks);
    }
}
