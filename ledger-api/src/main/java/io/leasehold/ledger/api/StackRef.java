package io.leasehold.ledger.api;

/**
 * Names one stack of one life of a tenant.
 *
 * @param tenantId the tenant
 * @param incarnation the life, from 1
 * @param stack the stack's name in its blueprint
 */
public record StackRef(String tenantId, int incarnation, String stack) {

    /** The key of this stack on compacted topics: {@code tenant/incarnation/stack}. */
    public String key() {
        return tenantId + "/" + incarnation + "/" + stack;
    }

    @Override
    public String toString() {
        return key();
    }
}
