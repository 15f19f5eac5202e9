package io.leasehold.provisioner.door;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Looks names up, each on a platform thread of its own. The machine's resolver waits in native
 * code, for as long as its servers are silent, and would hold one of the few threads that all
 * virtual ones share: the beats of leases and the doors of other runs would wait with it.
 */
final class NameLookup {

    private NameLookup() {}

    /** Blocks the calling thread only. A run has no more of these at once than connections. */
    static InetAddress[] of(Connector.Resolver resolver, String host) throws UnknownHostException {
        FutureTask<InetAddress[]> lookup = new FutureTask<>(() -> resolver.resolve(host));
        Thread.ofPlatform().daemon().name("lookup-" + host).start(lookup);
        try {
            return lookup.get();
        } catch (ExecutionException e) {
            throw unknown(host, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown(host, e);
        }
    }

    private static UnknownHostException unknown(String host, @Nullable Throwable cause) {
        UnknownHostException unknown = new UnknownHostException(host);
        unknown.initCause(cause);
        return unknown;
    }
}
