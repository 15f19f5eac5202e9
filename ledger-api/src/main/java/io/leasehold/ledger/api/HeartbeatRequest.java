package io.leasehold.ledger.api;

/** Proves that a run is alive and says where it is. */
public record HeartbeatRequest(String leaseId, RunPhase phase) {}
