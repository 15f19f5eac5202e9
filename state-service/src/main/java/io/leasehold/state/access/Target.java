package io.leasehold.state.access;

/** What a request is about, as far as a limit on tenants and stacks can tell. */
sealed interface Target {
    /** Things of no tenant in particular, or of all of them. */
    record Everything() implements Target {}

    /** All that a tenant has. */
    record Tenant(String tenantId) implements Target {}

    /** One stack. The parts are as they were sent. */
    record Stack(String tenantId, String incarnation, String stack) implements Target {}
}
