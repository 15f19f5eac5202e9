package io.leasehold.provisioner.door;

import java.net.InetAddress;

/**
 * A block of addresses of one family.
 *
 * @param first its first address
 * @param bits how many of its bits all addresses of the block share
 */
public record AddressRange(InetAddress first, int bits) {

    /** Refuses a length that no address has. */
    public AddressRange {
        if (bits < 0 || bits > first.getAddress().length * 8) {
            throw new IllegalArgumentException("not a range of addresses: " + first + "/" + bits);
        }
    }

    /**
     * Reads {@code 10.0.0.0/8} or a single address.
     *
     * @throws IllegalArgumentException when it is neither
     */
    public static AddressRange of(String text) {
        int slash = text.indexOf('/');
        InetAddress first = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        int all = first.getAddress().length * 8;
        return new AddressRange(
                first, slash < 0 ? all : Integer.parseInt(text.substring(slash + 1)));
    }

    /** Whether that address is in it. */
    public boolean contains(InetAddress address) {
        byte[] wanted = first.getAddress();
        byte[] given = address.getAddress();
        if (given.length != wanted.length) {
            return false;
        }
        for (int i = 0; i < bits; i++) {
            int mask = 0x80 >> (i & 7);
            if ((given[i >> 3] & mask) != (wanted[i >> 3] & mask)) {
                return false;
            }
        }
        return true;
    }
}
