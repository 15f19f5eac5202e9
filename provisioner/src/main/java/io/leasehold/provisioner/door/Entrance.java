package io.leasehold.provisioner.door;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where a run comes to its doors. The broker that it is given to closes it. */
public final class Entrance implements Closeable {

    private final ServerSocketChannel server;
    private final Manner manner;
    private final Optional<Path> file;

    private Entrance(ServerSocketChannel server, Manner manner, Optional<Path> file) {
        this.server = server;
        this.manner = manner;
        this.file = file;
    }

    /** A Unix socket for the door program. */
    public static Entrance socket(Path socket) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(socket);
        return new Entrance(bound(server, address), new Manner.Lines(), Optional.of(socket));
    }

    /** A port of the worker's loopback that leads to the run's service. */
    public static Entrance service(int port) throws IOException {
        return new Entrance(loopback(port), new Manner.ServiceOnly(), Optional.empty());
    }

    /** A free port of the worker's loopback at which an HTTP proxy leads to endpoints. */
    public static Entrance proxy(String secret) throws IOException {
        return new Entrance(loopback(0), new ProxyManner(secret), Optional.empty());
    }

    private static ServerSocketChannel loopback(int port) throws IOException {
        return bound(
                ServerSocketChannel.open(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private static ServerSocketChannel bound(ServerSocketChannel server, SocketAddress address)
            throws IOException {
        try {
            return server.bind(address);
        } catch (IOException e) {
            server.close();
            throw new IOException(address + ": " + e.getMessage(), e);
        }
    }

    /** The TCP port that it has. */
    public int port() throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    ServerSocketChannel server() {
        return server;
    }

    Manner manner() {
        return manner;
    }

    @Override
    public void close() throws IOException {
        server.close();
        if (file.isPresent()) {
            Files.deleteIfExists(file.get());
        }
    }
}
