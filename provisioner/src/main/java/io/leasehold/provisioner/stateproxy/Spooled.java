package io.leasehold.provisioner.stateproxy;

/**
 * What the spool holds of one run, whole: a newer state of the run comes with a description of its
 * own.
 *
 * @param leftover with the run's credential, as far as it was kept
 * @param state its exact bytes
 */
public record Spooled(Leftover leftover, byte[] state) {}
