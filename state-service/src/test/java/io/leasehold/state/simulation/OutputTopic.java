package io.leasehold.state.simulation;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.simulation.Tables.Message;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The compacted topic of outputs, whose broker knows one transactional producer: the newest. */
final class OutputTopic {
    private final Map<StackRef, Message> newest = new HashMap<>();
    private int epoch;

    /** Fences every producer before. */
    int begin() {
        return ++epoch;
    }

    /** False when a newer producer began. */
    boolean send(int producer, List<Message> messages) {
        if (producer != epoch) {
            return false;
        }
        messages.forEach(message -> newest.put(message.stack(), message));
        return true;
    }

    Optional<Message> newest(StackRef stack) {
        return Optional.ofNullable(newest.get(stack));
    }
}
