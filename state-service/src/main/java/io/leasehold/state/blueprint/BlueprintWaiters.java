package io.leasehold.state.blueprint;

import io.smallrye.mutiny.Uni;

/** Those who wait for blueprints. */
public interface BlueprintWaiters {

    /**
     * A blueprint is registered and committed. What fails here is tried again in time and does not
     * fail the registration.
     */
    Uni<Void> registered(BlueprintKey key);
}
