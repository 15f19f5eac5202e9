package io.leasehold.embedded;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a local broker runs.
 *
 * @param dataDirectory made if it is not there, kept at close
 * @param port of the listener on 127.0.0.1; 0 takes a free one
 * @param named a second listener that is advertised under another name, or null
 * @param acls whether ACLs are kept and enforced. Who connects is {@code User:ANONYMOUS}, which may
 *     do everything; resources without ACLs are open to everybody
 */
public record KafkaOptions(
        Path dataDirectory, int port, @Nullable NamedListener named, boolean acls) {

    /** A broker with one listener on a free port, for tests and the platform. */
    public static KafkaOptions plain(Path dataDirectory, int port) {
        return new KafkaOptions(dataDirectory, port, null, false);
    }

    /**
     * A listener bound on 127.0.0.1 that tells clients to come back under another address, as a
     * broker behind a proxy does.
     *
     * @param port where it is bound; 0 takes a free one
     * @param advertisedHost the name that clients are told
     * @param advertisedPort the port that clients are told
     */
    public record NamedListener(int port, String advertisedHost, int advertisedPort) {}
}
