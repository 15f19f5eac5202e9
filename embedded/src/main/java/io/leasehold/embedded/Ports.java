package io.leasehold.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports on 127.0.0.1. Safe for use by several threads. */
public final class Ports {
    private static final byte[] LOCALHOST = {127, 0, 0, 1};

    /** Below those that Linux gives to connections, which are many here, unless it is told to. */
    private static final int FIRST = 12_000;

    private static final int LAST = 32_000;
    private static final int TRIES = 100;

    private Ports() {}

    /**
     * A port that was free a moment ago, of which connections of others take none. Another server
     * may take it before it is bound; whoever binds must be ready to ask again.
     */
    public static int free() {
        for (int tried = 0; tried < TRIES; tried++) {
            try {
                return bind(ThreadLocalRandom.current().nextInt(FIRST, LAST));
            } catch (StartFailedException taken) {
                // Another one, then.
            }
        }
        return bind(0);
    }

    /** The wanted port if connections take none such and it can be bound now, else a free one. */
    public static int freeOr(int wanted) {
        if (wanted < FIRST || wanted >= LAST) {
            return free();
        }
        try {
            return bind(wanted);
        } catch (StartFailedException _) {
            return free();
        }
    }

    private static int bind(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(LOCALHOST), port));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new StartFailedException("cannot bind 127.0.0.1:" + port, e);
        }
    }
}
