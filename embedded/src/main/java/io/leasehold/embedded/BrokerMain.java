package io.leasehold.embedded;

import java.nio.file.Path;

/**
 * A broker as a process of its own, which can be killed by itself. Its arguments: the data
 * directory, the port, and the file in which it says by its pid that it is ready.
 */
public final class BrokerMain {
    private BrokerMain() {}

    /** Runs until the process is told to end; stops the broker in order then. */
    public static void main(String[] args) throws InterruptedException {
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        EmbeddedKafka broker = start(args);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(broker::close));
        try {
            LocalFiles.writePrivate(Path.of(args[2]), Long.toString(ProcessHandle.current().pid()));
        } catch (RuntimeException e) {
            System.err.println("the broker cannot say that it is ready: " + e);
            System.exit(1);
        }
        Thread.currentThread().join();
    }

    private static EmbeddedKafka start(String... args) {
        try {
            return EmbeddedKafka.start(
                    KafkaOptions.plain(Path.of(args[0]), Integer.parseInt(args[1])));
        } catch (RuntimeException | Error e) {
            System.err.println("the broker cannot start: " + e);
            // What it has started of its threads would keep the process.
            Runtime.getRuntime().halt(1);
            throw e;
        }
    }
}
