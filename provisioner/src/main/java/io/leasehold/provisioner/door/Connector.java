package io.leasehold.provisioner.door;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Opens connections to endpoints that a rule allows: resolves, lets the policy judge every address,
 * and connects to exactly the address that was judged. Shared; any thread; blocks.
 */
@Singleton
public final class Connector {

    private final AddressPolicy policy;
    private final Resolver resolver;
    private final Duration timeout;
    private final Most most;

    /** As the settings say, with the machine's own resolver. */
    @Inject
    public Connector(DoorConfig config) {
        this(
                new AddressPolicy(addresses(config.forbidden().orElse(List.of()))),
                InetAddress::getAllByName,
                config.connectTimeout(),
                new Most(config.connections(), config.stateConnections()));
    }

    /** With a resolver of the caller's. */
    public Connector(AddressPolicy policy, Resolver resolver, Duration timeout, Most most) {
        this.policy = policy;
        this.resolver = resolver;
        this.timeout = timeout;
        this.most = most;
    }

    /**
     * What one run may have open at a time. Apart, so that a run which has opened all it may can
     * still save its state.
     *
     * @param endpoints connections to endpoints
     * @param state connections to its state proxy
     */
    public record Most(int endpoints, int state) {}

    /** Finds the addresses of a name. */
    @FunctionalInterface
    public interface Resolver {

        /** In the order in which they should be tried. */
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /** What an attempt ends in. */
    sealed interface Attempt {

        /** The caller closes it. */
        record Connected(SocketChannel channel) implements Attempt {}

        /** Nobody was connected to. */
        record Failed(String reason) implements Attempt {}
    }

    Most most() {
        return most;
    }

    Attempt connect(DoorRule rule, String host) {
        boolean named = rule.connect().isPresent();
        InetSocketAddress target =
                rule.connect()
                        .map(Connector::unresolved)
                        .orElseGet(() -> InetSocketAddress.createUnresolved(host, rule.port()));
        InetAddress[] addresses;
        try {
            addresses = NameLookup.of(resolver, target.getHostString());
        } catch (UnknownHostException e) {
            return new Attempt.Failed("the name does not resolve");
        }
        String reason = "no address";
        for (InetAddress address : addresses) {
            InetSocketAddress real = new InetSocketAddress(address, target.getPort());
            switch (policy.decide(real, named)) {
                case AddressPolicy.Verdict.Denied(String why) -> reason = why;
                case AddressPolicy.Verdict.Allowed() -> {
                    try {
                        return new Attempt.Connected(open(real));
                    } catch (IOException e) {
                        reason = "cannot be reached: " + e.getMessage();
                    }
                }
            }
        }
        return new Attempt.Failed(reason);
    }

    private SocketChannel open(InetSocketAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.socket().setTcpNoDelay(true);
            channel.socket().connect(address, Math.toIntExact(timeout.toMillis()));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static InetSocketAddress unresolved(String endpoint) {
        int colon = endpoint.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("not host:port: " + endpoint);
        }
        return InetSocketAddress.createUnresolved(
                endpoint.substring(0, colon), Integer.parseInt(endpoint.substring(colon + 1)));
    }

    /** Names are resolved once, at start: the platform's own endpoints do not move about. */
    private static Set<InetSocketAddress> addresses(List<String> endpoints) {
        Set<InetSocketAddress> found = new HashSet<>();
        for (String endpoint : endpoints) {
            InetSocketAddress named = unresolved(endpoint);
            try {
                for (InetAddress address : InetAddress.getAllByName(named.getHostString())) {
                    found.add(new InetSocketAddress(address, named.getPort()));
                }
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(
                        "leasehold.door.forbidden names a host that does not resolve: " + endpoint,
                        e);
            }
        }
        return found;
    }
}
