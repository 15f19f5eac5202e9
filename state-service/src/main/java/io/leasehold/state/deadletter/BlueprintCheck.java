package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.EventCheck;
import io.smallrye.mutiny.Uni;
import org.hibernate.reactive.mutiny.Mutiny;

/** What an event's blueprint says of it, as the feature of tenants knows. */
public interface BlueprintCheck {

    /**
     * Holds the data of an event, which its reader has accepted, against the blueprint it names.
     * Joins the caller's session and changes nothing.
     */
    Uni<EventCheck> say(Mutiny.Session session, byte[] data);
}
