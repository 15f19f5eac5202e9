package io.leasehold.state.blueprint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** What became of a stack's inputs. */
public sealed interface Resolution {

    /** All are known. */
    record Resolved(ObjectNode inputs) implements Resolution {}

    /** Outputs of these stacks are needed first. */
    record Waiting(Set<String> stacks) implements Resolution {

        /** Takes a copy of the set. */
        public Waiting {
            stacks = Set.copyOf(stacks);
        }
    }

    /**
     * They can not be computed from what the tenant says.
     *
     * @param reason without values
     */
    record Failed(String reason) implements Resolution {}
}
