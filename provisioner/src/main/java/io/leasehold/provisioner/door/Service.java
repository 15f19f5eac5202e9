package io.leasehold.provisioner.door;

import java.io.IOException;
import java.nio.channels.ByteChannel;

/** What a run reaches at the service port of its own loopback: in practice its state proxy. */
@FunctionalInterface
public interface Service {

    /**
     * Speaks with one connection until it ends; the caller closes it. Called on a virtual thread of
     * its own, several at a time.
     */
    void serve(ByteChannel connection) throws IOException;
}
