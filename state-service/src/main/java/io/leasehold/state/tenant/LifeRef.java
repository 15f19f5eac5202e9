package io.leasehold.state.tenant;

/** Names one life of a tenant. */
record LifeRef(String tenantId, int incarnation) {}
