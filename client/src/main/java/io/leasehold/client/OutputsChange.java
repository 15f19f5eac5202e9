package io.leasehold.client;

import io.leasehold.events.StackKey;
import io.leasehold.events.outgoing.OutputsWithdrawn;
import io.leasehold.events.outgoing.StackOutputs;
import org.jspecify.annotations.Nullable;

/** What changed in a view of the latest outputs. */
public sealed interface OutputsChange {
    /** The stack's life it is about. */
    StackKey key();

    /** These are the outputs now. */
    record Published(StackOutputs outputs) implements OutputsChange {
        @Override
        public StackKey key() {
            return outputs.stackKey();
        }
    }

    /**
     * The outputs must not be used any more.
     *
     * @param reason null if only the tombstone was seen
     */
    record Withdrawn(StackKey key, OutputsWithdrawn.@Nullable Reason reason)
            implements OutputsChange {}
}
