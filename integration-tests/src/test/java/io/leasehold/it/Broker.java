package io.leasehold.it;

import io.leasehold.embedded.platform.BrokerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A broker as a process of its own, which can be frozen; its data outlives it. */
final class Broker implements AutoCloseable {
    private final BrokerProcess place;
    private final Process process;

    private Broker(BrokerProcess place, Process process) {
        this.place = place;
        this.process = process;
    }

    /** Starts it and does not wait. */
    static Broker launch(Path folder, int port) throws IOException {
        Files.createDirectories(folder);
        BrokerProcess place =
                new BrokerProcess(
                        folder, folder.resolve("data"), port, folder.resolve("broker.log"));
        return new Broker(place, place.launch());
    }

    /** Returns when it answers. */
    Broker awaitReady() {
        place.awaitReady(process);
        return this;
    }

    /** Sends it a signal, such as STOP. */
    void signal(String name) throws Exception {
        Signals.send(name, List.of(process.pid()));
    }

    /** Stops it in order. */
    @Override
    public void close() {
        BrokerProcess.stop(process);
    }
}
