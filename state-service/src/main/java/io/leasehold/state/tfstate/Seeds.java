package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.StackRef;
import java.util.Map;
import java.util.Objects;

/** With which states new stacks begin. */
public record Seeds(Map<StackRef, Seed> byStack) {
    /** Takes a copy of the map. */
    public Seeds {
        byStack = Map.copyOf(byStack);
    }

    /**
     * One of them.
     *
     * @param version of the state that is there
     * @param begun somebody wrote it before the stack was managed
     */
    record Seed(long version, boolean begun) {}

    /** The version that is there now. */
    public long version(StackRef stack) {
        return of(stack).version();
    }

    /** Whether something was made of the stack already, as its states say. */
    public boolean begun(StackRef stack) {
        return of(stack).begun();
    }

    private Seed of(StackRef stack) {
        return Objects.requireNonNull(byStack.get(stack), "it was not seeded");
    }
}
