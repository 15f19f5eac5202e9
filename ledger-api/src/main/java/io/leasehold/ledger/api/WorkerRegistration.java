package io.leasehold.ledger.api;

/**
 * A worker says who it is. A newer boot of the same name frees the leases of the older boot at
 * once, since its sandboxes died with it.
 *
 * @param bootId random, new at each process start
 */
public record WorkerRegistration(String name, String bootId) {}
