package io.leasehold.provisioner.door;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Opens connections to endpoints that a rule allows: resolves, lets the policy judge every address,
 * and connects to exactly the address that was judged. Shared; any thread; blocks.
 */
@Singleton
public final class Connector {

    private final PlatformEndpoints platform;
    private final AddressPolicy policy;
    private final Resolver resolver;
    private final Duration timeout;
    private final Most most;

    /**
     * As the settings say, with the machine's own resolver.
     *
     * @param ledger the state service, which no door may lead to
     * @param brokers the platform's Kafka, where this worker knows it
     */
    @Inject
    public Connector(
            DoorConfig config,
            @ConfigProperty(name = "leasehold.ledger.url") Optional<URI> ledger,
            @ConfigProperty(name = "kafka.bootstrap.servers") Optional<List<String>> brokers) {
        this(
                new PlatformEndpoints(
                        ownEndpoints(config, ledger, brokers), InetAddress::getAllByName),
                InetAddress::getAllByName,
                config.connectTimeout(),
                new Most(config.connections(), config.stateConnections()));
    }

    private Connector(PlatformEndpoints platform, Resolver resolver, Duration timeout, Most most) {
        this(platform, new AddressPolicy(platform::contains), resolver, timeout, most);
    }

    /** With a policy and a resolver of the caller's. */
    public Connector(AddressPolicy policy, Resolver resolver, Duration timeout, Most most) {
        this(new PlatformEndpoints(List.of(), resolver), policy, resolver, timeout, most);
    }

    private Connector(
            PlatformEndpoints platform,
            AddressPolicy policy,
            Resolver resolver,
            Duration timeout,
            Most most) {
        this.platform = platform;
        this.policy = policy;
        this.resolver = resolver;
        this.timeout = timeout;
        this.most = most;
    }

    /** With the platform's endpoints by name. */
    static Connector keepingOff(
            List<String> endpoints, Resolver resolver, Duration timeout, Most most) {
        return new Connector(new PlatformEndpoints(endpoints, resolver), resolver, timeout, most);
    }

    private static List<String> ownEndpoints(
            DoorConfig config, Optional<URI> ledger, Optional<List<String>> brokers) {
        List<String> own = new ArrayList<>(config.forbidden().orElse(List.of()));
        ledger.ifPresent(url -> own.add(url.getHost() + ":" + port(url)));
        own.addAll(brokers.orElse(List.of()));
        return own;
    }

    private static int port(URI url) {
        int usual = "https".equals(url.getScheme()) ? 443 : 80;
        return url.getPort() < 0 ? usual : url.getPort();
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
        InetSocketAddress target =
                rule.connect()
                        .map(PlatformEndpoints::unresolved)
                        .orElseGet(() -> InetSocketAddress.createUnresolved(host, rule.port()));
        if (platform.named(target.getHostString(), target.getPort())) {
            return new Attempt.Failed("an endpoint of the platform itself");
        }
        InetAddress[] addresses;
        try {
            addresses = NameLookup.of(resolver, target.getHostString());
        } catch (UnknownHostException e) {
            return new Attempt.Failed("the name does not resolve");
        }
        String reason = "no address";
        for (InetAddress address : addresses) {
            InetSocketAddress real = new InetSocketAddress(address, target.getPort());
            switch (policy.decide(real, rule)) {
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
}
