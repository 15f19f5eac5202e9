package io.leasehold.provisioner.door;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The worker's end of one run's doors: entrances to which the run, or the door process in its
 * network namespace, brings every connection, and says of each what it wants.
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

    /** So many refusals of a run are told one by one; the others are counted. */
    private static final int TOLD_REFUSALS = 20;

    private static final Pattern NAME = Pattern.compile("[\\w.:*-]{1,260}");

    /** Connections that have not said yet what they want, or are being told no. */
    private static final int UNDECIDED = 16;

    private static final long AGAIN_MILLIS = 100;

    private final String runId;
    private final List<DoorRule> rules;
    private final @Nullable Service service;
    private final Connector connector;
    private final List<Entrance> entrances;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final Set<SocketChannel> worlds = ConcurrentHashMap.newKeySet();
    private final Semaphore all;
    private final Semaphore endpoints;
    private final Semaphore state;
    private final Tally tally = new Tally();
    private final AtomicInteger refusals = new AtomicInteger();
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
            List<Entrance> entrances,
            BooleanSupplier held) {
        this.runId = runId;
        this.rules = List.copyOf(rules);
        this.service = service;
        this.connector = connector;
        this.entrances = List.copyOf(entrances);
        this.held = held;
        Connector.Most most = connector.most();
        this.all = new Semaphore(most.endpoints() + most.state() + UNDECIDED);
        this.endpoints = new Semaphore(most.endpoints());
        this.state = new Semaphore(most.state());
    }

    /**
     * Begins to answer whoever comes to the entrances, and closes them in the end.
     *
     * @param service what a run reaches that asks for its service, or null for nothing
     * @param held whether the run has its right to the world, asked before every write to it: who
     *     was frozen may wake with bytes in hand, before anybody else has learned of the time
     */
    public static DoorBroker listen(
            String runId,
            List<Entrance> entrances,
            List<DoorRule> rules,
            @Nullable Service service,
            Connector connector,
            BooleanSupplier held) {
        DoorBroker broker = new DoorBroker(runId, rules, service, connector, entrances, held);
        for (Entrance entrance : entrances) {
            Thread.ofVirtual().name("doors-" + runId).start(() -> broker.accept(entrance));
        }
        return broker;
    }

    /** What went through the doors so far, by endpoint. */
    public List<Traffic> traffic() {
        return tally.traffic();
    }

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
        for (Entrance entrance : entrances) {
            quietly(entrance);
        }
        for (SocketChannel channel : open) {
            abort(channel);
        }
        open.clear();
    }

    private void accept(Entrance entrance) {
        while (!closed) {
            try {
                SocketChannel channel = entrance.server().accept();
                if (!all.tryAcquire()) {
                    tooMany();
                    abort(channel);
                } else if (admit(channel, open, () -> closed)) {
                    Thread.ofVirtual()
                            .name("door-" + runId)
                            .start(() -> answer(channel, entrance.manner()));
                } else {
                    all.release();
                }
            } catch (IOException e) {
                if (closed || !pauseAfter(e) || !entrance.server().isOpen()) {
                    return;
                }
            }
        }
    }

    /** The worker may be short of descriptors: a run must not lose its state proxy for that. */
    private boolean pauseAfter(IOException e) {
        LOGGER.warnf("a door could not be opened runId=%s reason=%s", runId, e.toString());
        try {
            return !ended.await(AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Told once for a run, or the run would fill the worker's log. */
    private void tooMany() {
        tally.of(Tally.OTHERS).refused();
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

    private void answer(SocketChannel door, Manner manner) {
        try (door) {
            switch (manner.wanted(door)) {
                case Manner.Wish.State() when service != null ->
                        within(state, door, manner, () -> serve(service, door, manner));
                case Manner.Wish.State() -> manner.no(door, "not offered");
                case Manner.Wish.Endpoint(String text) ->
                        within(endpoints, door, manner, () -> connect(door, text, manner));
                case Manner.Wish.Other(String said) ->
                        refuse(door, manner, Tally.OTHERS, said, "not offered");
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

    private void within(Semaphore permits, SocketChannel door, Manner manner, Use use)
            throws IOException {
        if (!permits.tryAcquire()) {
            tooMany();
            manner.no(door, "too many connections");
            return;
        }
        try {
            use.go();
        } finally {
            permits.release();
        }
    }

    private static void serve(Service service, SocketChannel door, Manner manner)
            throws IOException {
        manner.yes(door);
        service.serve(door);
    }

    private void connect(SocketChannel door, String wanted, Manner manner) throws IOException {
        int colon = wanted.lastIndexOf(':');
        String host = wanted.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
        int port = colon < 0 ? 0 : port(wanted.substring(colon + 1));
        DoorRule rule = rules.stream().filter(r -> r.matches(host, port)).findFirst().orElse(null);
        if (rule == null) {
            refuse(door, manner, Tally.OTHERS, wanted, "not an allowed endpoint");
            return;
        }
        if (over()) {
            refuse(door, manner, rule.endpoint(), wanted, "the lease is over");
            return;
        }
        switch (connector.connect(rule, host)) {
            case Connector.Attempt.Failed(String reason) ->
                    refuse(door, manner, rule.endpoint(), wanted, reason);
            case Connector.Attempt.Connected(SocketChannel world) -> {
                try (world) {
                    if (admit(world, worlds, this::over)) {
                        Tally.Count count = tally.of(rule.endpoint());
                        count.opened();
                        manner.yes(door);
                        carry(door, world, count);
                    }
                } finally {
                    worlds.remove(world);
                }
            }
        }
    }

    private static int port(String text) {
        return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
    }

    private void carry(SocketChannel door, SocketChannel world, Tally.Count count) {
        Thread back =
                Thread.ofVirtual()
                        .name("door-back-" + runId)
                        .start(() -> pump(world, door, count.in()));
        pump(door, world, count.out());
        try {
            back.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Copies one direction to its end and hands the end on; an error ends both directions. */
    private void pump(SocketChannel from, SocketChannel to, LongAdder carried) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(32 * 1024);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    if (over()) {
                        throw new IOException("the lease is over");
                    }
                    carried.add(to.write(buffer));
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException e) {
            abort(from);
            abort(to);
        }
    }

    private void refuse(
            SocketChannel door, Manner manner, String endpoint, String wanted, String reason)
            throws IOException {
        tally.of(endpoint).refused();
        if (refusals.incrementAndGet() <= TOLD_REFUSALS) {
            // What was asked for is the tenant's word, and none that belongs into a log as it is.
            LOGGER.infof(
                    "door refused runId=%s endpoint=%s reason=%s",
                    runId, NAME.matcher(wanted).matches() ? wanted : "(not a name)", reason);
        }
        manner.no(door, reason);
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
