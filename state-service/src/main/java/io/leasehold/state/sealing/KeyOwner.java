package io.leasehold.state.sealing;

import io.leasehold.ledger.api.StackRef;

/**
 * Whose data key seals: one life of a tenant, or the platform for what belongs to no life.
 *
 * @param name {@code tenant/incarnation}, or {@code platform}
 */
public record KeyOwner(String name) {
    /** For what belongs to no life. A tenant's name has a slash, so it is nobody's. */
    public static final KeyOwner PLATFORM = new KeyOwner("platform");

    /** One life of a tenant. */
    public static KeyOwner life(String tenantId, int incarnation) {
        return new KeyOwner(tenantId + "/" + incarnation);
    }

    /** The life that the stack belongs to. */
    public static KeyOwner of(StackRef stack) {
        return life(stack.tenantId(), stack.incarnation());
    }

    boolean isPlatform() {
        return equals(PLATFORM);
    }

    @Override
    public String toString() {
        return name;
    }
}
