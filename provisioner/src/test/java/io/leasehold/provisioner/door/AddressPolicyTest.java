package io.leasehold.provisioner.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which real addresses a run may be connected to. */
class AddressPolicyTest {

    private final AddressPolicy policy =
            new AddressPolicy(
                    Set.of(
                            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 8080),
                            new InetSocketAddress(InetAddress.ofLiteral("203.0.113.9"), 5432)));

    private boolean allowed(String address, int port, boolean named) {
        return policy.decide(new InetSocketAddress(InetAddress.ofLiteral(address), port), named)
                instanceof AddressPolicy.Verdict.Allowed;
    }

    @ParameterizedTest
    @CsvSource({
        // address, when resolved, when named by the platform
        "203.0.113.10, true, true",
        "2001:db8::1, true, true",
        "8.8.8.8, true, true",
        "127.0.0.1, false, true",
        "127.200.3.4, false, true",
        "::1, false, true",
        "10.1.2.3, false, true",
        "172.16.0.1, false, true",
        "172.31.255.255, false, true",
        "172.32.0.1, true, true",
        "192.168.1.1, false, true",
        "100.64.0.1, false, true",
        "198.18.0.1, false, true",
        "fd12:3456::1, false, true",
        "fec0::1, false, true",
        "169.254.169.254, false, false",
        "169.254.170.2, false, false",
        "168.63.129.16, false, false",
        "100.100.100.200, false, false",
        "192.0.0.192, false, false",
        "fd00:ec2::254, false, false",
        "fe80::1, false, false",
        "0.0.0.0, false, false",
        "::, false, false",
        "224.0.0.1, false, false",
        "ff02::1, false, false",
        "255.255.255.255, false, false",
        // IPv4 in IPv6: mapped, compatible, NAT64, 6to4
        "::ffff:169.254.169.254, false, false",
        "::169.254.169.254, false, false",
        "64:ff9b::a9fe:a9fe, false, false",
        "64:ff9b::0a00:0001, false, true",
        "2002:a9fe:a9fe::1, false, false",
        "2002:7f00:0001::1, false, true",
    })
    void anAddressIsJudgedByWhatItIs(String address, boolean resolved, boolean named) {
        assertThat(allowed(address, 443, false)).as("resolved").isEqualTo(resolved);
        assertThat(allowed(address, 443, true)).as("named").isEqualTo(named);
    }

    @Test
    void endpointsOfThePlatformAreRefusedEvenWhenNamed() {
        assertThat(allowed("127.0.0.1", 8080, true)).isFalse();
        assertThat(allowed("::ffff:127.0.0.1", 8080, true)).isFalse();
        assertThat(allowed("127.0.0.1", 8081, true)).isTrue();
        assertThat(allowed("203.0.113.9", 5432, false)).isFalse();
    }
}
