package io.leasehold.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The cheapest HTTP backend there can be, for the approaches that are not ours: states and locks in
 * memory, no authentication, nothing kept. Safe for use by several threads.
 */
public final class MemoryStates implements AutoCloseable {
    private static final int LOCKED = 423;

    private final Map<String, byte[]> states = new ConcurrentHashMap<>();
    private final Map<String, byte[]> locks = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    /** Serves at once. */
    public MemoryStates() {
        // Otherwise an answer waits up to 40 ms for the client's acknowledgement of its headers.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    /** The address under which each path is a state. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String state = exchange.getRequestURI().getPath();
            byte[] body = exchange.getRequestBody().readAllBytes();
            switch (exchange.getRequestMethod()) {
                case "GET" -> {
                    Optional<byte[]> found = Optional.ofNullable(states.get(state));
                    send(exchange, found.isPresent() ? 200 : 404, found.orElse(new byte[0]));
                }
                case "POST" -> {
                    states.put(state, body);
                    send(exchange, 200, new byte[0]);
                }
                case "LOCK" -> {
                    byte[] holder = locks.putIfAbsent(state, body);
                    send(exchange, holder == null ? 200 : LOCKED, holder == null ? body : holder);
                }
                case "UNLOCK" -> {
                    locks.remove(state);
                    send(exchange, 200, new byte[0]);
                }
                default -> send(exchange, 405, new byte[0]);
            }
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
