package io.leasehold.provisioner.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a name leads, asked once. */
@Timeout(20)
class ConnectorTest {

    private static final Connector.Most MOST = new Connector.Most(4, 4);
    private static final Duration SHORT = Duration.ofSeconds(2);

    /** A name server that gives one answer after another, and remembers who asked. */
    private static final class Turning implements Connector.Resolver {
        private final Deque<String> answers;
        private final List<String> asked = new ArrayList<>();

        Turning(String... answers) {
            this.answers = new ArrayDeque<>(List.of(answers));
        }

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            asked.add(host);
            String answer = answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
            return new InetAddress[] {InetAddress.ofLiteral(answer)};
        }
    }

    private static Connector connector(Connector.Resolver resolver) {
        return new Connector(new AddressPolicy(Set.of()), resolver, SHORT, MOST);
    }

    @Test
    void theAddressThatWasJudgedIsTheOneThatIsConnectedTo() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 4, InetAddress.ofLiteral("127.0.0.2"))) {
            Turning turning = new Turning("127.0.0.2", "169.254.169.254");
            DoorRule rule =
                    new DoorRule(
                            "rebound.test",
                            listener.getLocalPort(),
                            Optional.empty(),
                            List.of(AddressRange.of("127.0.0.0/8")));

            Connector.Attempt attempt = connector(turning).connect(rule, "rebound.test");

            assertThat(turning.asked).containsExactly("rebound.test");
            assertThat(attempt).isInstanceOf(Connector.Attempt.Connected.class);
            if (attempt instanceof Connector.Attempt.Connected(var channel)) {
                assertThat(channel.getRemoteAddress())
                        .isEqualTo(
                                new InetSocketAddress(
                                        InetAddress.ofLiteral("127.0.0.2"),
                                        listener.getLocalPort()));
                channel.close();
            }
        }
    }

    @Test
    void aNameThatTurnsBadIsRefusedAtTheNextConnection() {
        Turning turning = new Turning("169.254.169.254");
        DoorRule named = new DoorRule("meta.test", 80, Optional.of("meta.test:80"));

        assertThat(connector(turning).connect(named, "meta.test"))
                .isEqualTo(new Connector.Attempt.Failed("link-local"));
    }

    @Test
    void outsideTheRangesOfTheRuleThereIsNoWay() {
        DoorRule rule =
                new DoorRule(
                        "db.test",
                        5432,
                        Optional.empty(),
                        List.of(AddressRange.of("10.1.0.0/16"), AddressRange.of("2001:db8::/32")));

        assertThat(connector(new Turning("10.2.0.1")).connect(rule, "db.test"))
                .isEqualTo(
                        new Connector.Attempt.Failed(
                                "outside the ranges that the platform names for it"));
        assertThat(new AddressPolicy(Set.of()).decide(at("10.1.2.3", 5432), rule))
                .isInstanceOf(AddressPolicy.Verdict.Allowed.class);
        assertThat(new AddressPolicy(Set.of()).decide(at("::ffff:10.1.2.3", 5432), rule))
                .isInstanceOf(AddressPolicy.Verdict.Allowed.class);
    }

    @Test
    void thePlatformsOwnEndpointsAreRefusedByNameAndByAddressWhereverTheyMove() {
        Turning turning = new Turning("203.0.113.1", "203.0.113.2");
        Connector connector =
                Connector.keepingOff(List.of("State-Service.platform:8080"), turning, SHORT, MOST);
        String own = "an endpoint of the platform itself";
        DoorRule byName = DoorRule.resolving("state-service.platform", 8080);
        DoorRule byConnect =
                new DoorRule("x.test", 443, Optional.of("state-service.platform:8080"));

        assertThat(connector.connect(byName, "state-service.platform"))
                .isEqualTo(new Connector.Attempt.Failed(own));
        assertThat(connector.connect(byConnect, "x.test"))
                .isEqualTo(new Connector.Attempt.Failed(own));
        assertThat(turning.asked).isEmpty();

        PlatformEndpoints platform =
                new PlatformEndpoints(List.of("state-service.platform:8080"), turning);
        assertThat(platform.contains(at("203.0.113.1", 8080))).isTrue();
        assertThat(platform.contains(at("203.0.113.2", 8080))).as("moved").isTrue();
        assertThat(platform.contains(at("203.0.113.1", 8080))).as("before").isTrue();
        assertThat(platform.contains(at("203.0.113.1", 8081))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "https://ledger.platform,        ledger.platform:443",
        "http://ledger.platform,         ledger.platform:80",
        "http://ledger.platform:8080/v1, ledger.platform:8080",
        "http://ledger.platform:8080,    kafka.platform:9092",
        "http://ledger.platform:8080,    kafka2.platform:9093",
        "http://ledger.platform:8080,    postgres.platform:5432"
    })
    void aWorkerKeepsItsDoorsOffWhatItUsesItselfAndWhatItIsTold(URI ledger, String endpoint) {
        Connector connector =
                new Connector(
                        new Told(List.of("postgres.platform:5432")),
                        Optional.of(ledger),
                        Optional.of(List.of("kafka.platform:9092", "kafka2.platform:9093")));
        InetSocketAddress its = PlatformEndpoints.unresolved(endpoint);

        assertThat(
                        connector.connect(
                                DoorRule.resolving(its.getHostString(), its.getPort()),
                                its.getHostString()))
                .isEqualTo(new Connector.Attempt.Failed("an endpoint of the platform itself"));
    }

    /** Settings that name these endpoints. */
    private record Told(List<String> endpoints) implements DoorConfig {
        @Override
        public Optional<List<String>> forbidden() {
            return Optional.of(endpoints);
        }

        @Override
        public Duration connectTimeout() {
            return SHORT;
        }

        @Override
        public int connections() {
            return MOST.endpoints();
        }

        @Override
        public int stateConnections() {
            return MOST.state();
        }
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }
}
