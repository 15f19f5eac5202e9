package io.leasehold.state.simulation;

import io.leasehold.state.simulation.Action.Draining;
import io.leasehold.state.simulation.Action.Fault;
import io.leasehold.state.simulation.Tables.Message;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Carries what waits in the outbox to the topic: gets the shard, fences, reads, sends, forgets. */
final class Publisher {
    private final String name;
    private final MemoryLedger ledger;
    private final OutputTopic topic;
    private final @Nullable Defect defect;
    private @Nullable String lease;
    private int producer;
    private List<Message> batch = List.of();
    private boolean sent;

    Publisher(int number, MemoryLedger ledger, OutputTopic topic, @Nullable Defect defect) {
        name = "publisher-" + number;
        this.ledger = ledger;
        this.topic = topic;
        this.defect = defect;
    }

    void step(Draining step, Fault fault) {
        if (fault == Fault.BEFORE) {
            dies();
            return;
        }
        switch (step) {
            case ACQUIRE -> acquire();
            case FETCH -> fetch();
            case SEND -> send();
            case FORGET -> forget();
        }
        if (fault == Fault.AFTER) {
            dies();
        }
    }

    private void acquire() {
        lease = ledger.acquire(name, name + "-boot").orElse(null);
        batch = List.of();
        sent = false;
        if (lease != null && defect != Defect.PUBLISHER_IS_NOT_FENCED) {
            producer = topic.begin();
        }
    }

    private void fetch() {
        String held = lease;
        if (held == null || !batch.isEmpty()) {
            return;
        }
        Optional<List<Message>> waiting = ledger.waiting(held);
        if (waiting.isEmpty()) {
            dies();
        } else {
            batch = waiting.get();
        }
    }

    private void send() {
        if (lease == null || batch.isEmpty()) {
            return;
        }
        if (defect == Defect.PUBLISHER_IS_NOT_FENCED) {
            producer = topic.begin();
        }
        if (topic.send(producer, batch)) {
            sent = true;
        } else {
            dies();
        }
    }

    private void forget() {
        String held = lease;
        if (held != null && sent) {
            ledger.published(held, batch);
            batch = List.of();
            sent = false;
        }
    }

    private void dies() {
        lease = null;
        batch = List.of();
        sent = false;
    }
}
