package io.leasehold.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Stands between two programs, outside of both, and notes what passes and when. */
public final class Relay implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final Watch watch;
    private final Queue<Long> asked = new ConcurrentLinkedQueue<>();
    private final List<Long> ended = new CopyOnWriteArrayList<>();
    private final List<Spoken> spoken = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    /** Sees each piece of an answer before who asked has it. */
    @FunctionalInterface
    public interface Watch {
        void answered(byte[] piece) throws Exception;
    }

    private Relay(ServerSocket server, int target, Watch watch) {
        this.server = server;
        this.target = target;
        this.watch = watch;
    }

    /** Leads to that port of this machine. */
    public static Relay to(int port, Watch watch) throws IOException {
        Relay relay =
                new Relay(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port, watch);
        Thread.ofVirtual().name("relay").start(relay::accept);
        return relay;
    }

    /**
     * One connection of who asks.
     *
     * @param begun when it was made, in milliseconds of the clock
     * @param last when something was asked on it last
     */
    public record Spoken(long begun, AtomicLong last) {}

    /** All connections that there were. */
    public List<Spoken> spoken() {
        return spoken;
    }

    /** Where it listens. */
    public int port() {
        return server.getLocalPort();
    }

    /** When, by {@link System#nanoTime}, each piece came from who asks. */
    public List<Long> asked() {
        return List.copyOf(asked);
    }

    /** When who asks ended each connection. */
    public List<Long> ended() {
        return ended;
    }

    private void accept() {
        try {
            while (true) {
                Socket caller = server.accept();
                Socket called = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(caller);
                open.add(called);
                Thread.ofVirtual().start(() -> ask(caller, called));
                Thread.ofVirtual().start(() -> answer(called, caller));
            }
        } catch (IOException closed) {
            // Nobody comes any more.
        }
    }

    private void ask(Socket caller, Socket called) {
        Spoken own = new Spoken(System.currentTimeMillis(), new AtomicLong());
        spoken.add(own);
        try (called) {
            InputStream in = caller.getInputStream();
            OutputStream out = called.getOutputStream();
            byte[] piece = new byte[8192];
            int length = in.read(piece);
            while (length >= 0) {
                asked.add(System.nanoTime());
                own.last().set(System.currentTimeMillis());
                out.write(piece, 0, length);
                length = in.read(piece);
            }
        } catch (IOException reset) {
            // An end, too.
        }
        ended.add(System.nanoTime());
    }

    private void answer(Socket called, Socket caller) {
        try (caller) {
            InputStream in = called.getInputStream();
            OutputStream out = caller.getOutputStream();
            byte[] piece = new byte[1 << 20];
            int length = in.read(piece);
            while (length >= 0) {
                watch.answered(Arrays.copyOf(piece, length));
                out.write(piece, 0, length);
                length = in.read(piece);
            }
        } catch (IOException reset) {
            // An end, too.
        } catch (Exception e) {
            throw new AssertionError("what was watched for failed", e);
        }
    }

    /** Ends the connections that there are; who comes is let through as before. */
    public void cut() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
