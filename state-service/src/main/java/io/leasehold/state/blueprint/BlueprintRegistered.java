package io.leasehold.state.blueprint;

/** A blueprint is registered and committed: lives that wait for it can go on. */
public record BlueprintRegistered(BlueprintKey key) {}
