package io.leasehold.state;

import io.leasehold.state.connection.HeadDeadlines;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Starts the service. */
@QuarkusMain
public final class Main {
    private Main() {}

    /** Netty reads the switch when it opens its first connection: nothing may start before. */
    public static void main(String... arguments) {
        System.setProperty(HeadDeadlines.SWITCH, HeadDeadlines.ON);
        Quarkus.run(arguments);
    }
}
