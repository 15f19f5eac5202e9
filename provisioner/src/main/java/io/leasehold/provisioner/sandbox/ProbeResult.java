package io.leasehold.provisioner.sandbox;

/** Whether the sandbox holds on this machine. */
public sealed interface ProbeResult {

    /**
     * It holds.
     *
     * @param description how, for the log
     */
    record Ok(String description) implements ProbeResult {}

    /**
     * It does not; a worker then takes no work.
     *
     * @param part which part of it failed
     * @param remedy what to do
     */
    record Failed(String part, String remedy) implements ProbeResult {}
}
