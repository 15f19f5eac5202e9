package io.leasehold.provisioner.tofu;

import io.leasehold.ledger.api.LogLine;

/**
 * Hears what a run says, in order, on the thread that reads it: return soon, or tofu waits. All
 * text is masked.
 */
public interface TofuListener {

    /**
     * Something was read from tofu's stream.
     *
     * @param event what it means
     * @param line the same as one line of the run's log. Lines beyond the log's limit are read but
     *     not given here; the last line says how many
     */
    void onEvent(TofuEvent event, LogLine line);
}
