package io.leasehold.provisioner.door;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The worker's end of the doors, spoken to as the door program speaks. */
@Timeout(20)
class DoorBrokerTest {

    private static final Connector.Most MOST = new Connector.Most(3, 2);

    @TempDir Path directory;

    private final AtomicBoolean held = new AtomicBoolean(true);
    private final List<SocketChannel> clients = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // JUnit calls start before each test.
    private ServerSocketChannel endpoint;

    @SuppressWarnings("NullAway.Init") // JUnit calls start before each test.
    private DoorBroker broker;

    @BeforeEach
    void start() throws IOException {
        endpoint =
                ServerSocketChannel.open()
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        int port = ((InetSocketAddress) endpoint.getLocalAddress()).getPort();
        broker =
                DoorBroker.listen(
                        "run-1",
                        List.of(Entrance.socket(directory.resolve("socket"))),
                        List.of(
                                new DoorRule(
                                        "db.internal", 5432, Optional.of("127.0.0.1:" + port))),
                        DoorBrokerTest::untilItEnds,
                        new Connector(
                                new AddressPolicy(Set.of()),
                                InetAddress::getAllByName,
                                Duration.ofSeconds(3),
                                MOST),
                        held::get);
    }

    @AfterEach
    void stop() throws IOException {
        broker.close();
        endpoint.close();
        for (SocketChannel client : clients) {
            client.close();
        }
    }

    @Test
    void aRunHasSoManyConnectionsToItsStateAndNoMore() throws IOException {
        SocketChannel first = ask("STATE");
        SocketChannel second = ask("STATE");
        assertThat(answer(first)).isEqualTo("OK");
        assertThat(answer(second)).isEqualTo("OK");

        assertThat(answer(ask("STATE"))).isEqualTo("NO too many connections");

        first.close();
        assertThat(answerOnceThereIsRoom("STATE")).isEqualTo("OK");
        assertThat(broker.traffic()).anySatisfy(one -> assertThat(one.refused()).isPositive());
    }

    @Test
    void aRunThatHasOpenedAllItMayStillReachesItsState() throws IOException {
        for (int i = 0; i < MOST.endpoints(); i++) {
            assertThat(answer(ask("CONNECT db.internal:5432"))).isEqualTo("OK");
        }

        assertThat(answer(ask("CONNECT db.internal:5432"))).isEqualTo("NO too many connections");

        assertThat(answer(ask("STATE"))).isEqualTo("OK");
    }

    @Test
    void aFencedRunReachesNothingButItsState() throws IOException {
        SocketChannel atWork = ask("CONNECT db.internal:5432");
        assertThat(answer(atWork)).isEqualTo("OK");
        SocketChannel state = ask("STATE");
        assertThat(answer(state)).isEqualTo("OK");

        broker.fence();

        assertThat(answer(atWork)).as("its end").isEmpty();
        assertThat(answer(ask("CONNECT db.internal:5432"))).isEqualTo("NO the lease is over");
        assertThat(answer(ask("STATE"))).isEqualTo("OK");
        broker.close();
        assertThat(answer(state)).as("its end").isEmpty();
    }

    @Test
    void whatWasInHandWhenTheRightEndedIsNotSentThoughNobodyHasFencedYet() throws IOException {
        SocketChannel atWork = ask("CONNECT db.internal:5432");
        assertThat(answer(atWork)).isEqualTo("OK");
        try (SocketChannel server = endpoint.accept()) {
            atWork.write(ByteBuffer.wrap("before\n".getBytes(US_ASCII)));
            assertThat(answer(server)).isEqualTo("before");

            held.set(false);
            atWork.write(ByteBuffer.wrap("after\n".getBytes(US_ASCII)));

            assertThat(answer(atWork)).as("its end").isEmpty();
            assertThatThrownBy(() -> answer(server)).hasMessageContaining("reset");
        }
        assertThat(answer(ask("CONNECT db.internal:5432"))).isEqualTo("NO the lease is over");
    }

    /** As a resolver whose servers are silent: it holds the thread that it is called by. */
    @Test
    void aResolverThatHangsHoldsUpNoOtherRunAndNoFence() throws Exception {
        AtomicBoolean silent = new AtomicBoolean(true);
        Connector slow =
                new Connector(
                        new AddressPolicy(Set.of()),
                        host -> {
                            while (silent.get()) {
                                Thread.onSpinWait();
                            }
                            throw new UnknownHostException(host);
                        },
                        Duration.ofSeconds(3),
                        MOST);
        Path elsewhere = directory.resolve("slow");
        try (DoorBroker hanging =
                DoorBroker.listen(
                        "run-2",
                        List.of(Entrance.socket(elsewhere)),
                        List.of(new DoorRule("slow.internal", 5432, Optional.empty())),
                        DoorBrokerTest::untilItEnds,
                        slow,
                        () -> true)) {
            List<SocketChannel> waiting = new ArrayList<>();
            for (int i = 0; i < MOST.endpoints(); i++) {
                waiting.add(ask(elsewhere, "CONNECT slow.internal:5432"));
            }

            assertThat(answer(ask("CONNECT db.internal:5432"))).as("another run").isEqualTo("OK");
            assertThat(answer(ask(elsewhere, "STATE"))).as("its own state").isEqualTo("OK");
            hanging.fence();
            silent.set(false);
            for (SocketChannel one : waiting) {
                assertThat(answer(one)).startsWith("NO ");
            }
        } finally {
            silent.set(false);
        }
    }

    @Test
    void aProxyLeadsToTheSameEndpointsForWhomeverHasItsSecret() throws IOException {
        try (Entrance proxy = Entrance.proxy("secret")) {
            int port = proxy.port();
            try (DoorBroker other =
                    DoorBroker.listen(
                            "run-2",
                            List.of(proxy),
                            List.of(
                                    new DoorRule(
                                            "db.internal",
                                            5432,
                                            Optional.of(
                                                    "127.0.0.1:"
                                                            + endpoint.socket().getLocalPort()))),
                            null,
                            new Connector(
                                    new AddressPolicy(Set.of()),
                                    InetAddress::getAllByName,
                                    Duration.ofSeconds(3),
                                    MOST),
                            () -> true)) {
                assertThat(tunnel(port, "db.internal:5432", "run:secret")).contains(" 200 ");
                assertThat(tunnel(port, "db.internal:5432", "run:other")).contains(" 403 ");
                assertThat(tunnel(port, "other.internal:5432", "run:secret")).contains(" 403 ");
                assertThat(other.traffic())
                        .containsExactly(
                                new Traffic("db.internal:5432", 1, 0, 0, 0),
                                new Traffic("others", 0, 2, 0, 0));
                assertThat(Traffic.words(other.traffic()))
                        .hasValue(
                                "doors: db.internal:5432 1 connection, 0 bytes out, 0 in; others 2"
                                        + " refused");
            }
        }
    }

    private String tunnel(int port, String to, String who) throws IOException {
        SocketChannel client =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        clients.add(client);
        String request =
                "CONNECT %s HTTP/1.1\r\nHost: %s\r\nProxy-Authorization: Basic %s\r\n\r\n"
                        .formatted(
                                to, to, Base64.getEncoder().encodeToString(who.getBytes(US_ASCII)));
        client.write(ByteBuffer.wrap(request.getBytes(US_ASCII)));
        return answer(client);
    }

    @Test
    void whoSaysNothingTakesNoMoreThanItsShareOfTheWorkersDescriptors() throws IOException {
        int before = descriptors();
        for (int i = 0; i < 200; i++) {
            clients.add(open());
        }
        // The last ones are closed by the broker at once, which is how a client sees it.
        assertThat(answer(clients.getLast())).isEmpty();

        assertThat(descriptors() - before - clients.size()).isLessThan(50);
    }

    private static int descriptors() {
        String[] all = Path.of("/proc/self/fd").toFile().list();
        return all == null ? 0 : all.length;
    }

    /** What was closed is counted out on another thread. */
    private String answerOnceThereIsRoom(String wanted) throws IOException {
        String answer = answer(ask(wanted));
        while (answer.startsWith("NO too many")) {
            answer = answer(ask(wanted));
        }
        return answer;
    }

    private SocketChannel ask(String wanted) throws IOException {
        return ask(directory.resolve("socket"), wanted);
    }

    private SocketChannel ask(Path socket, String wanted) throws IOException {
        SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        clients.add(client);
        client.write(ByteBuffer.wrap((wanted + "\n").getBytes(US_ASCII)));
        return client;
    }

    private SocketChannel open() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("socket")));
    }

    private static String answer(SocketChannel client) throws IOException {
        StringBuilder line = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (client.read(one.clear()) > 0 && one.get(0) != '\n') {
            line.append((char) one.get(0));
        }
        return line.toString();
    }

    private static void untilItEnds(ByteChannel connection) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(16);
        while (connection.read(bytes.clear()) >= 0) {
            // What is said does not matter here.
        }
    }
}
