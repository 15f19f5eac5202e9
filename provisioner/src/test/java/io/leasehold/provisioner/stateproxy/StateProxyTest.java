package io.leasehold.provisioner.stateproxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.leasehold.provisioner.ledger.Patience;
import io.leasehold.provisioner.workshop.StateServer;
import io.leasehold.provisioner.workshop.Worker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The backend as bytes on a socket, with a real state server behind. */
@Timeout(30)
class StateProxyTest {

    private static final String STATE = "{\"serial\":1}";

    private static final String STATE_MD5 = "gx6MBZ08q5IljbRUUECeSw==";

    private static final Patience.Limits FAULTS = new Patience.Limits(3, Duration.ofMinutes(1));

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // JUnit calls start before each test.
    private StateServer ledger;

    @SuppressWarnings("NullAway.Init") // JUnit calls start before each test.
    private FileSpool spool;

    @BeforeEach
    void start() throws Exception {
        ledger = new StateServer();
        spool = new FileSpool(directory.resolve("spool"), directory.resolve("key"));
    }

    @AfterEach
    void stop() {
        ledger.close();
    }

    private StateProxy proxy(StateAccess access) {
        return new StateDeliveries(upstreams(), spool, Clock.systemUTC(), FAULTS)
                .proxy("run-1", access, _ -> {});
    }

    private HttpStateUpstreams upstreams() {
        return new HttpStateUpstreams(
                HttpClient.newHttpClient(),
                ledger.uri(),
                () -> "worker-token",
                Duration.ofSeconds(5));
    }

    private StateProxy writable() {
        return proxy(StateAccess.writable(Worker.stack(), "lease-1"));
    }

    /** Sends requests over one connection and gives all that was answered. */
    private String say(StateProxy proxy, String requests) throws Exception {
        UnixDomainSocketAddress address =
                UnixDomainSocketAddress.of(directory.resolve("s" + System.nanoTime()));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address);
            try (SocketChannel client = SocketChannel.open(address);
                    SocketChannel accepted = server.accept()) {
                client.write(ByteBuffer.wrap(requests.getBytes(ISO_8859_1)));
                client.shutdownOutput();
                proxy.serve(accepted);
                accepted.shutdownOutput();
                ByteBuffer answers = ByteBuffer.allocate(1 << 16);
                while (client.read(answers) >= 0) {
                    assertThat(answers.hasRemaining()).isTrue();
                }
                return new String(answers.array(), 0, answers.position(), ISO_8859_1);
            }
        }
    }

    private static String post(String md5, String body) {
        String header = md5.isEmpty() ? "" : "Content-MD5: " + md5 + "\r\n";
        return "POST /state?ID=x HTTP/1.1\r\nHost: a\r\n"
                + header
                + "Content-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    @Test
    void lockAndUnlockAreAnsweredHere() throws Exception {
        String said =
                say(
                        writable(),
                        "LOCK /state HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"
                                + "UNLOCK /state HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");

        assertThat(said.split("HTTP/1.1 200 OK", -1)).hasSize(3);
        assertThat(ledger.requests()).isEmpty();
    }

    @Test
    void aStateThatIsNotThereIsNotFound() throws Exception {
        assertThat(say(writable(), "GET /state HTTP/1.1\r\nHost: a\r\n\r\n"))
                .startsWith("HTTP/1.1 404");
    }

    @Test
    void aStateIsGivenAsItIs() throws Exception {
        ledger.seed(Worker.statePath(), STATE);

        assertThat(say(writable(), "GET /state HTTP/1.1\r\nHost: a\r\n\r\n"))
                .startsWith("HTTP/1.1 200")
                .endsWith("\r\n\r\n" + STATE);
    }

    @Test
    void aWriteIsForwardedAndForgotten() throws Exception {
        StateProxy proxy = writable();

        assertThat(say(proxy, post(STATE_MD5, STATE))).startsWith("HTTP/1.1 200");

        assertThat(ledger.state(Worker.statePath())).contains(STATE);
        assertThat(spool.leftovers()).isEmpty();
        assertThat(proxy.report().accepted()).isEqualTo(1);
        assertThat(proxy.writeInFlight()).isFalse();
    }

    @Test
    void aWriteWithoutItsDigestOrWithAnotherIsRefused() throws Exception {
        StateProxy proxy = writable();

        assertThat(say(proxy, post("", STATE))).startsWith("HTTP/1.1 400");
        assertThat(say(proxy, post(STATE_MD5, STATE + " "))).startsWith("HTTP/1.1 400");

        assertThat(ledger.requests()).isEmpty();
        assertThat(spool.leftovers()).isEmpty();
    }

    @Test
    void whoMayOnlyReadCannotWrite() throws Exception {
        assertThat(
                        say(
                                proxy(StateAccess.readOnly(Worker.stack(), "lease-1")),
                                post(STATE_MD5, STATE)))
                .startsWith("HTTP/1.1 403");
        assertThat(ledger.requests()).isEmpty();
    }

    @Test
    void aRefusedWriteIsAConflictAndStays() throws Exception {
        ledger.refusing(true);
        StateProxy proxy = writable();

        assertThat(say(proxy, post(STATE_MD5, STATE)))
                .startsWith("HTTP/1.1 409")
                .contains("LEASE_LOST");

        Leftover left = spool.leftovers().getFirst();
        assertThat(new String(spool.read(left.runId()).state(), ISO_8859_1)).isEqualTo(STATE);
        assertThat(proxy.report().spooled()).isTrue();
    }

    @Test
    void whenTheLeaseIsOverNothingIsSentAndTheStateStays() throws Exception {
        StateProxy proxy = writable();
        proxy.close();

        assertThat(say(proxy, post(STATE_MD5, STATE))).startsWith("HTTP/1.1 409");

        assertThat(ledger.requests()).isEmpty();
        assertThat(spool.leftovers()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 501, 507})
    void aServiceThatFailsAtAWriteIsNotWaitedForWithoutEndAndTheStateStays(int status)
            throws Exception {
        ledger.failing(status);
        StateProxy proxy = writable();

        assertThat(say(proxy, post(STATE_MD5, STATE)))
                .startsWith("HTTP/1.1 409")
                .contains("HTTP " + status, "stays with the worker");

        assertThat(ledger.requests()).hasSize(FAULTS.tries());
        Leftover left = spool.leftovers().getFirst();
        assertThat(new String(spool.read(left.runId()).state(), ISO_8859_1)).isEqualTo(STATE);
        assertThat(proxy.report().spooled()).isTrue();
        assertThat(proxy.writeInFlight()).isFalse();
    }

    @Test
    void aServiceThatFailsAtAReadIsNotWaitedForWithoutEnd() throws Exception {
        ledger.failing(500);

        assertThat(say(writable(), "GET /state HTTP/1.1\r\nHost: a\r\n\r\n"))
                .startsWith("HTTP/1.1 409")
                .contains("HTTP 500");

        assertThat(ledger.requests()).hasSize(FAULTS.tries());
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void aServiceThatIsAwayIsWaitedForAsLongAsTheLeaseHolds(int status) throws Exception {
        ledger.failing(status);
        StateProxy proxy = writable();
        Thread back =
                Thread.ofVirtual()
                        .start(() -> {
                            while (ledger.requests().size() <= FAULTS.tries()) {
                                Thread.onSpinWait();
                            }
                            ledger.failing(0);
                        });

        assertThat(say(proxy, post(STATE_MD5, STATE))).startsWith("HTTP/1.1 200");

        back.join();
        assertThat(ledger.state(Worker.statePath())).contains(STATE);
        assertThat(spool.leftovers()).isEmpty();
    }

    @Test
    void aStateIsHandedOverThoughTheSpoolIsFull() throws Exception {
        Spool full =
                new Spool() {
                    @Override
                    public void keep(Leftover state, byte[] bytes) throws IOException {
                        throw new IOException("No space left on device");
                    }

                    @Override
                    public List<Leftover> leftovers() {
                        return List.of();
                    }

                    @Override
                    public Spooled read(String runId) throws IOException {
                        throw new NoSuchFileException(runId);
                    }

                    @Override
                    public void discard(String runId) {}

                    @Override
                    public void discard(Leftover leftover) {}
                };
        StateAccess access = StateAccess.writable(Worker.stack(), "lease-1");
        StateProxy proxy =
                new StateDeliveries(upstreams(), full, Clock.systemUTC(), FAULTS)
                        .proxy("run-1", access, _ -> {});

        assertThat(say(proxy, post(STATE_MD5, STATE))).startsWith("HTTP/1.1 200");

        assertThat(ledger.state(Worker.statePath())).contains(STATE);
    }

    @Test
    void whoIsAboutToKillWaitsForTheWritesThatHadBegunAndNoOthers() throws Exception {
        StateProxy proxy = writable();
        ledger.away(true);
        Thread begun = writing(proxy);

        BooleanSupplier underWay = proxy.writesUnderWay();
        assertThat(underWay.getAsBoolean()).isTrue();
        ledger.away(false);
        begun.join();
        assertThat(underWay.getAsBoolean()).isFalse();

        ledger.away(true);
        Thread later = writing(proxy);
        assertThat(underWay.getAsBoolean()).isFalse();
        ledger.away(false);
        later.join();
    }

    private Thread writing(StateProxy proxy) {
        Thread writing =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                say(proxy, post(STATE_MD5, STATE));
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        });
        while (!proxy.writeInFlight()) {
            Thread.onSpinWait();
        }
        return writing;
    }

    /** Says that a state follows, sends much of it, and waits. */
    private static final class Sending implements ByteChannel {
        private final ByteBuffer head =
                ByteBuffer.wrap(
                        "POST /state HTTP/1.1\r\nHost: a\r\nContent-Length: 60000000\r\n\r\n"
                                .getBytes(ISO_8859_1));
        private final CountDownLatch sent = new CountDownLatch(1);
        private final CountDownLatch over = new CountDownLatch(1);
        private int left = 40_000_000;

        @Override
        public int read(ByteBuffer into) {
            int before = into.position();
            if (head.hasRemaining()) {
                into.put(head);
            } else if (left > 0) {
                left -= into.remaining();
                into.position(into.limit());
            } else {
                sent.countDown();
                try {
                    over.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return -1;
            }
            return into.position() - before;
        }

        @Override
        public int write(ByteBuffer from) {
            return from.remaining();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            over.countDown();
        }
    }

    @Test
    void aRunSendsNoMoreAtOnceThanOneState() throws Exception {
        StateProxy proxy = writable();
        Sending first = new Sending();
        Thread begun =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                proxy.serve(first);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
        first.sent.await();

        assertThatIOException().isThrownBy(() -> proxy.serve(new Sending()));

        first.close();
        begun.join();
        assertThat(say(proxy, post(STATE_MD5, STATE))).startsWith("HTTP/1.1 200");
    }

    @Test
    void aHalfRequestIsNoWrite() throws Exception {
        String half = post(STATE_MD5, STATE);

        assertThat(say(writable(), half.substring(0, half.length() - 3))).isEmpty();

        assertThat(ledger.requests()).isEmpty();
        assertThat(spool.leftovers()).isEmpty();
    }

    @Test
    void whatIsNotHttpIsAnsweredAsSuch() throws Exception {
        assertThat(say(writable(), "hello there\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThat(say(writable(), "DELETE /state HTTP/1.1\r\nHost: a\r\n\r\n"))
                .startsWith("HTTP/1.1 405");
    }
}
