package io.leasehold.provisioner.door;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The worker's end of one run's doors: a Unix socket to which the door process in the run's network
 * namespace brings every connection, each with one line that says what it wants.
 *
 * <p>What a run may have open is bounded, apart for endpoints and state: descriptors are the
 * worker's, and all its runs live on them.
 *
 * <p>{@link #fence} keeps the run from the world: when it returns, no byte of the run reaches an
 * endpoint any more, not even one that waited in a socket's buffer. {@link #close} does that and
 * ends everything else too. Connections run on virtual threads; all methods may be called from any
 * thread.
 */
public final class DoorBroker implements Closeable {

    private static final Logger LOGGER = Logger.getLogger(DoorBroker.class);

    private static final int LINE_LIMIT = 300;

    /** Connections that have not said yet what they want, or are being told no. */
    private static final int UNDECIDED = 16;

    private static final long AGAIN_MILLIS = 100;

    private final String runId;
    private final List<DoorRule> rules;
    private final @Nullable Service service;
    private final Connector connector;
    private final Path socket;
    private final ServerSocketChannel server;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final Set<SocketChannel> worlds = ConcurrentHashMap.newKeySet();
    private final Semaphore all;
    private final Semaphore endpoints;
    private final Semaphore state;
    private final AtomicLong carried = new AtomicLong();
    private final AtomicLong opened = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicBoolean toldOfTooMany = new AtomicBoolean();
    private final BooleanSupplier held;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean fenced;
    private volatile boolean closed;

    private DoorBroker(
            String runId,
            List<DoorRule> rules,
            @Nullable Service service,
            Connector connector,
            Path socket,
            ServerSocketChannel server,
            BooleanSupplier held) {
        this.runId = runId;
        this.rules = List.copyOf(rules);
        this.service = service;
        this.connector = connector;
        this.socket = socket;
        this.server = server;
        this.held = held;
        Connector.Most most = connector.most();
        this.all = new Semaphore(most.endpoints() + most.state() + UNDECIDED);
        this.endpoints = new Semaphore(most.endpoints());
        this.state = new Semaphore(most.state());
    }

    /**
     * Listens at {@code socket} and begins to answer.
     *
     * @param service what the service port leads to, or null for nothing
     * @param held whether the run has its right to the world, asked before every write to it: who
     *     was frozen may wake with bytes in hand, before anybody else has learned of the time
     */
    public static DoorBroker listen(
            String runId,
            Path socket,
            List<DoorRule> rules,
            @Nullable Service service,
            Connector connector,
            BooleanSupplier held)
            throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            server.close();
            throw e;
        }
        DoorBroker broker = new DoorBroker(runId, rules, service, connector, socket, server, held);
        Thread.ofVirtual().name("doors-" + runId).start(broker::accept);
        return broker;
    }

    /** What went through the doors so far. */
    public Traffic traffic() {
        return new Traffic(opened.get(), refused.get(), carried.get());
    }

    /**
     * @param opened connections to endpoints
     * @param refused attempts that were not allowed or led nowhere
     * @param bytes carried to and from endpoints
     */
    public record Traffic(long opened, long refused, long bytes) {}

    /**
     * Closes every way to an endpoint, for ever. What the service port leads to still answers:
     * whose changes out there were real must be able to leave its state behind.
     */
    public void fence() {
        fenced = true;
        for (SocketChannel world : worlds) {
            abort(world);
        }
    }

    /** Fences at the first look that finds the right gone. */
    private boolean over() {
        if (!fenced && !held.getAsBoolean()) {
            fence();
        }
        return fenced;
    }

    @Override
    public void close() {
        fence();
        closed = true;
        ended.countDown();
        quietly(server);
        for (SocketChannel channel : open) {
            abort(channel);
        }
        open.clear();
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOGGER.debugf("socket file stays runId=%s reason=%s", runId, e.getMessage());
        }
    }

    private void accept() {
        while (!closed) {
            try {
                SocketChannel channel = server.accept();
                if (!all.tryAcquire()) {
                    tooMany();
                    abort(channel);
                } else if (admit(channel, open, () -> closed)) {
                    Thread.ofVirtual().name("door-" + runId).start(() -> answer(channel));
                } else {
                    all.release();
                }
            } catch (IOException e) {
                if (closed || !pauseAfter(e)) {
                    return;
                }
            }
        }
    }

    /** The worker may be short of descriptors: a run must not lose its state proxy for that. */
    private boolean pauseAfter(IOException e) {
        LOGGER.warnf("a door could not be opened runId=%s reason=%s", runId, e.toString());
        try {
            return !ended.await(AGAIN_MILLIS, TimeUnit.MILLISECONDS) && server.isOpen();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Told once for a run, or the run would fill the worker's log. */
    private void tooMany() {
        refused.incrementAndGet();
        if (toldOfTooMany.compareAndSet(false, true)) {
            LOGGER.warnf("a run has as many connections open as it may runId=%s", runId);
        }
    }

    /** A channel is either seen by whoever ends all of its kind, or ended here. */
    private static boolean admit(
            SocketChannel channel, Set<SocketChannel> kind, BooleanSupplier over) {
        kind.add(channel);
        if (over.getAsBoolean()) {
            abort(channel);
            kind.remove(channel);
            return false;
        }
        return true;
    }

    private void answer(SocketChannel door) {
        try (door) {
            String line = line(door);
            if (line.equals("STATE") && service != null) {
                within(state, door, () -> serve(service, door));
            } else if (line.startsWith("CONNECT ")) {
                within(endpoints, door, () -> connect(door, line.substring("CONNECT ".length())));
            } else {
                refuse(door, line, "not offered");
            }
        } catch (IOException e) {
            LOGGER.debugf("a connection ended runId=%s reason=%s", runId, e.toString());
        } finally {
            open.remove(door);
            all.release();
        }
    }

    /** What is done with a connection until it ends. */
    private interface Use {
        void go() throws IOException;
    }

    private void within(Semaphore permits, SocketChannel door, Use use) throws IOException {
        if (!permits.tryAcquire()) {
            tooMany();
            say(door, "NO too many connections");
            return;
        }
        try {
            use.go();
        } finally {
            permits.release();
        }
    }

    private static void serve(Service service, SocketChannel door) throws IOException {
        say(door, "OK");
        service.serve(door);
    }

    private void connect(SocketChannel door, String endpoint) throws IOException {
        int colon = endpoint.lastIndexOf(':');
        String host = endpoint.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
        int port =
                colon < 0
                        ? 0
                        : Integer.parseUnsignedInt(endpoint, colon + 1, endpoint.length(), 10);
        DoorRule rule = rules.stream().filter(r -> r.matches(host, port)).findFirst().orElse(null);
        if (rule == null) {
            refuse(door, endpoint, "not an allowed endpoint");
            return;
        }
        if (over()) {
            refuse(door, endpoint, "the lease is over");
            return;
        }
        switch (connector.connect(rule, host)) {
            case Connector.Attempt.Failed(String reason) -> refuse(door, endpoint, reason);
            case Connector.Attempt.Connected(SocketChannel world) -> {
                try (world) {
                    if (admit(world, worlds, this::over)) {
                        opened.incrementAndGet();
                        say(door, "OK");
                        carry(door, world);
                    }
                } finally {
                    worlds.remove(world);
                }
            }
        }
    }

    private void carry(SocketChannel door, SocketChannel world) {
        Thread back = Thread.ofVirtual().name("door-back-" + runId).start(() -> pump(world, door));
        pump(door, world);
        try {
            back.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Copies one direction to its end and hands the end on; an error ends both directions. */
    private void pump(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(32 * 1024);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                carried.addAndGet(buffer.remaining());
                while (buffer.hasRemaining()) {
                    if (over()) {
                        throw new IOException("the lease is over");
                    }
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException e) {
            abort(from);
            abort(to);
        }
    }

    private void refuse(SocketChannel door, String wanted, String reason) throws IOException {
        refused.incrementAndGet();
        LOGGER.infof("door refused runId=%s endpoint=%s reason=%s", runId, wanted, reason);
        say(door, "NO " + reason);
    }

    private static void say(SocketChannel door, String word) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(word + "\n");
        while (bytes.hasRemaining()) {
            door.write(bytes);
        }
    }

    /** Reads one line and not a byte more; what follows belongs to the endpoint. */
    private static String line(SocketChannel door) throws IOException {
        StringBuilder line = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (line.length() < LINE_LIMIT) {
            if (door.read(one.clear()) < 0) {
                throw new IOException("closed before it said what it wanted");
            }
            char c = (char) (one.get(0) & 0xff);
            if (c == '\n') {
                return line.toString();
            }
            line.append(c);
        }
        throw new IOException("said too much");
    }

    /** Closes without sending what is still buffered. */
    private static void abort(SocketChannel channel) {
        try {
            if (channel.getRemoteAddress() instanceof InetSocketAddress) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException e) {
            LOGGER.debugf("already closed reason=%s", e.getMessage());
        }
        quietly(channel);
    }

    private static void quietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            LOGGER.debugf("closing reason=%s", e.getMessage());
        }
    }
}
