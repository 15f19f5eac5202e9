package io.leasehold.state;

import io.leasehold.state.connection.HeadDeadlines;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Starts the service. */
@QuarkusMain
public final class Main {
    private static final String EVENT_LOOPS = "quarkus.vertx.event-loops-pool-size";

    private Main() {}

    /** Netty reads the switch when it opens its first connection: nothing may start before. */
    public static void main(String... arguments) {
        System.setProperty(HeadDeadlines.SWITCH, HeadDeadlines.ON);
        if (System.getProperty(EVENT_LOOPS) == null) {
            System.setProperty(EVENT_LOOPS, Integer.toString(eventLoops()));
        }
        Quarkus.run(arguments);
    }

    /**
     * Half of what there is of processors: the others are for worker threads, and each loop more
     * makes it likelier that a request's answer from the database comes on another one.
     */
    private static int eventLoops() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }
}
