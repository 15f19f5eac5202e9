package io.leasehold.provisioner.door;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Decides whether a run may be connected to a real address. Pure: a name has been resolved before,
 * and what is decided here is what is connected to, so a name that changes its mind in between
 * gains nothing.
 */
public final class AddressPolicy {

    /** Where clouds answer with credentials, and where no name should ever lead. Never allowed. */
    private static final List<Range> NEVER =
            Range.all(
                    "link-local",
                    "169.254.0.0/16",
                    "fe80::/10",
                    "metadata",
                    "100.100.100.200/32",
                    "168.63.129.16/32",
                    "192.0.0.192/32",
                    "fd00:ec2::/32",
                    "fd20:ce::254/128",
                    "unspecified",
                    "0.0.0.0/8",
                    "::/128",
                    "multicast",
                    "224.0.0.0/4",
                    "ff00::/8",
                    "reserved",
                    "240.0.0.0/4");

    /** Networks that only the platform may open, one endpoint at a time. */
    private static final List<Range> PLATFORM_ONLY =
            Range.all(
                    "loopback",
                    "127.0.0.0/8",
                    "::1/128",
                    "private",
                    "10.0.0.0/8",
                    "172.16.0.0/12",
                    "192.168.0.0/16",
                    "100.64.0.0/10",
                    "192.0.0.0/24",
                    "198.18.0.0/15",
                    "fc00::/7",
                    "fec0::/10");

    private final Predicate<InetSocketAddress> forbidden;

    /**
     * @param forbidden the platform's own endpoints: the state service, its database, its broker
     */
    public AddressPolicy(Set<InetSocketAddress> forbidden) {
        this(Set.copyOf(forbidden)::contains);
    }

    /**
     * @param forbidden true for the platform's own endpoints
     */
    AddressPolicy(Predicate<InetSocketAddress> forbidden) {
        this.forbidden = forbidden;
    }

    /** What is decided. */
    public sealed interface Verdict {

        /** Connect. */
        record Allowed() implements Verdict {}

        /** Do not. */
        record Denied(String reason) implements Verdict {}
    }

    /**
     * Decides for a door.
     *
     * @param target the address that would be connected to
     */
    Verdict decide(InetSocketAddress target, DoorRule rule) {
        InetAddress address = plain(target.getAddress());
        boolean within =
                rule.within().isEmpty()
                        || rule.within().stream().anyMatch(range -> range.contains(address));
        return within
                ? decide(target, rule.connect().isPresent() || !rule.within().isEmpty())
                : new Verdict.Denied("outside the ranges that the platform names for it");
    }

    /**
     * @param target the address that would be connected to
     * @param namedByPlatform true when the platform wrote down where this door leads
     */
    public Verdict decide(InetSocketAddress target, boolean namedByPlatform) {
        InetAddress address = plain(target.getAddress());
        if (forbidden.test(new InetSocketAddress(address, target.getPort()))) {
            return new Verdict.Denied("an endpoint of the platform itself");
        }
        for (Range range : NEVER) {
            if (range.contains(address)) {
                return new Verdict.Denied(range.label());
            }
        }
        if (!namedByPlatform) {
            for (Range range : PLATFORM_ONLY) {
                if (range.contains(address)) {
                    return new Verdict.Denied(
                            range.label() + " address, not named by the platform");
                }
            }
        }
        return new Verdict.Allowed();
    }

    /** An IPv4 address in IPv6 clothes is judged, and connected to, as what it is. */
    private static InetAddress plain(InetAddress address) {
        byte[] b = address.getAddress();
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] nat64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
        boolean compatible = true;
        for (int i = 0; i < 12; i++) {
            compatible &= b[i] == 0;
        }
        compatible &= b[12] != 0 || b[13] != 0 || b[14] != 0;
        try {
            if (compatible || Arrays.equals(Arrays.copyOf(b, 12), nat64)) {
                return InetAddress.getByAddress(Arrays.copyOfRange(b, 12, 16));
            }
            if (b[0] == 0x20 && b[1] == 0x02) {
                return InetAddress.getByAddress(Arrays.copyOfRange(b, 2, 6));
            }
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
        return address;
    }

    /** A range with the word that people have for it. */
    private record Range(String label, AddressRange range) {

        /** Reads words and blocks; a block belongs to the last word before it. */
        static List<Range> all(String... words) {
            String label = "";
            List<Range> ranges = new ArrayList<>();
            for (String word : words) {
                if (word.indexOf('/') < 0) {
                    label = word;
                } else {
                    ranges.add(new Range(label, AddressRange.of(word)));
                }
            }
            return List.copyOf(ranges);
        }

        boolean contains(InetAddress address) {
            return range.contains(address);
        }
    }
}
