package io.leasehold.provisioner.door;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Endpoints of the platform itself, by name. They are resolved whenever a door would lead to a port
 * that one of them has, and every address that a name ever had is remembered: a service that moved,
 * or whose name does not resolve just now, is kept off all the same. Shared; any thread.
 */
final class PlatformEndpoints {

    private final List<InetSocketAddress> named;
    private final Connector.Resolver resolver;
    private final Set<InetSocketAddress> known = ConcurrentHashMap.newKeySet();

    /**
     * @param named {@code host:port} of each
     * @throws IllegalArgumentException when one is not of that form
     */
    PlatformEndpoints(List<String> named, Connector.Resolver resolver) {
        this.named = named.stream().map(PlatformEndpoints::unresolved).toList();
        this.resolver = resolver;
    }

    /** Whether it is one of them by its name, whatever the name leads to. */
    boolean named(String host, int port) {
        return named.stream()
                .anyMatch(each ->
                        each.getPort() == port && each.getHostString().equalsIgnoreCase(host));
    }

    /** Whether it is one of them by its address. */
    boolean contains(InetSocketAddress address) {
        for (InetSocketAddress each : named) {
            if (each.getPort() == address.getPort()) {
                look(each);
            }
        }
        return known.contains(address);
    }

    private void look(InetSocketAddress endpoint) {
        try {
            for (InetAddress address : NameLookup.of(resolver, endpoint.getHostString())) {
                known.add(new InetSocketAddress(address, endpoint.getPort()));
            }
        } catch (UnknownHostException e) {
            // Then nobody reaches it by this name; what it was before is still known.
        }
    }

    static InetSocketAddress unresolved(String endpoint) {
        int colon = endpoint.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("not host:port: " + endpoint);
        }
        return InetSocketAddress.createUnresolved(
                endpoint.substring(0, colon).toLowerCase(Locale.ROOT),
                Integer.parseInt(endpoint.substring(colon + 1)));
    }
}
