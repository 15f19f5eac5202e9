package io.leasehold.provisioner.sandbox;

import java.util.List;

/** Whether the sandbox holds on this machine. */
public sealed interface ProbeResult {

    /**
     * It holds.
     *
     * @param description how, for the log
     * @param without the defences that this machine does not give and a worker may lack
     */
    record Ok(String description, List<Lack> without) implements ProbeResult {

        /** Copies. */
        public Ok {
            without = List.copyOf(without);
        }

        /** With every defence. */
        Ok(String description) {
            this(description, List.of());
        }
    }

    /**
     * A defence that is not there.
     *
     * @param part what it means
     * @param remedy what to do
     */
    record Lack(String part, String remedy) {}

    /**
     * It does not; a worker then takes no work.
     *
     * @param part which part of it failed
     * @param remedy what to do
     */
    record Failed(String part, String remedy) implements ProbeResult {}
}
