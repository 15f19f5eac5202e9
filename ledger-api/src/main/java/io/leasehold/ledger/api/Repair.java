package io.leasehold.ledger.api;

import org.jspecify.annotations.Nullable;

/** What an operator asks for where the ledger alone does not go on. Each is audited. */
public sealed interface Repair {

    /** False only says what would happen. */
    boolean execute();

    /** Why, for the audit; at least 3 characters when executing. */
    String reason();

    /** The topic that bears the name now, with its partitions, goes on where the last one ended. */
    record ConfirmTopic(String topic, boolean execute, String reason) implements Repair {}

    /** What is held of a tenant is judged in the order it came, as newer than all there is. */
    record ReleaseHeld(boolean execute, String reason) implements Repair {}

    /**
     * Positions are judged again.
     *
     * @param partition null for all
     * @param offset the first to be judged again
     */
    record Rewind(
            String topic, @Nullable Integer partition, long offset, boolean execute, String reason)
            implements Repair {}

    /**
     * A life's generation is another one.
     *
     * @param incarnation null for the newest
     * @param generation what the next event must exceed; 0 lets upstream count from 1
     */
    record SetGeneration(
            @Nullable Integer incarnation, long generation, boolean execute, String reason)
            implements Repair {}

    /** A life that another one waits for is let go as it stands; one that waits is removed. */
    record Abandon(int incarnation, boolean execute, String reason) implements Repair {}
}
