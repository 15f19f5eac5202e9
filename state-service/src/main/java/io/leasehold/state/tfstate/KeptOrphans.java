package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.StackRef;
import io.smallrye.mutiny.Uni;

/** Is told of each orphan that was kept, before whoever handed it in is answered. */
public interface KeptOrphans {
    /**
     * Looks whether it can be settled at once. Called after the commit. Never fails: what cannot be
     * done now is done later.
     *
     * @param bytes the size of its plain bytes
     */
    Uni<Void> kept(StackRef stack, long version, long bytes);
}
