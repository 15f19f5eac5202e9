package io.leasehold.provisioner.door;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One endpoint a run may reach.
 *
 * @param name a host name in lower case, or a pattern whose first label is {@code *} and stands for
 *     exactly one label ({@code *.s3.eu-central-1.amazonaws.com})
 * @param port TCP port
 * @param connect {@code host:port} to connect to instead of resolving the name. Only the platform
 *     names it, and only then may the address be loopback or private
 * @param within where the real address must lie, when the platform says so; a range that is named
 *     may be private, too
 */
public record DoorRule(String name, int port, Optional<String> connect, List<AddressRange> within) {

    private static final Pattern NAME =
            Pattern.compile(
                    "(\\*\\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");

    /** Refuses what is not a name, a pattern or a port. */
    public DoorRule {
        name = name.toLowerCase(Locale.ROOT);
        if (name.length() > 253 || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a host name or pattern: " + name);
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("not a TCP port: " + port);
        }
        within = List.copyOf(within);
    }

    /** A rule without ranges. */
    public DoorRule(String name, int port, Optional<String> connect) {
        this(name, port, connect, List.of());
    }

    /** A rule for {@code name:port} whose address is found by resolving the name. */
    public static DoorRule resolving(String name, int port) {
        return new DoorRule(name, port, Optional.empty());
    }

    /** True when this rule speaks of that endpoint. {@code host} is in lower case. */
    public boolean matches(String host, int port) {
        if (port != this.port) {
            return false;
        }
        if (!name.startsWith("*.")) {
            return name.equals(host);
        }
        int dot = host.indexOf('.');
        return dot > 0 && host.substring(dot).equals(name.substring(1));
    }

    /**
     * What this rule and an endpoint of a blueprint both allow: the narrower of the two, connected
     * to as this rule says.
     */
    public Optional<DoorRule> meet(String endpoint) {
        int colon = endpoint.lastIndexOf(':');
        if (endpoint.equals(endpoint())) {
            return Optional.of(this);
        }
        if (colon < 0 || !endpoint.substring(colon + 1).equals(Integer.toString(port))) {
            return Optional.empty();
        }
        DoorRule wanted = new DoorRule(endpoint.substring(0, colon), port, connect, within);
        if (matches(wanted.name, port)) {
            return Optional.of(wanted);
        }
        return wanted.matches(name, port) ? Optional.of(this) : Optional.empty();
    }

    /** {@code name:port}, as blueprints write it. */
    public String endpoint() {
        return name + ":" + port;
    }
}
