package io.leasehold.provisioner.workshop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.leasehold.ledger.api.Paths;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Keeps states over real HTTP, can be away, can refuse, and can fail. */
public final class StateServer implements AutoCloseable {

    private final HttpServer server;
    private final Map<String, byte[]> states = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile boolean away;
    private volatile boolean awayForWrites;
    private volatile boolean refusing;
    private volatile int failing;

    /** Listens on a free port of this machine. */
    public StateServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    /** The base address. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Answers 503 to everything, or stops doing so. */
    public void away(boolean now) {
        away = now;
    }

    /** Answers 503 to every write, or stops doing so. */
    public void awayForWrites(boolean now) {
        awayForWrites = now;
    }

    /** Refuses writes as a lost lease would, or stops doing so. */
    public void refusing(boolean now) {
        refusing = now;
    }

    /** Answers that status to every read and write, until it is 0. */
    public void failing(int status) {
        failing = status;
    }

    /** {@code METHOD path lease} of each request, in order. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** The state at a path such as {@code /state/acme/1/database}. */
    public Optional<String> state(String path) {
        return Optional.ofNullable(states.get(path))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** Puts a state there. */
    public void seed(String path, String state) {
        states.put(path, state.getBytes(StandardCharsets.UTF_8));
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            byte[] body = exchange.getRequestBody().readAllBytes();
            String lease = exchange.getRequestHeaders().getFirst(Paths.LEASE_HEADER);
            requests.add(exchange.getRequestMethod() + " " + path + " " + lease);
            String bearer = exchange.getRequestHeaders().getFirst("Authorization");
            if (away || !"Bearer worker-token".equals(bearer)) {
                answer(exchange, 503, null);
            } else if (failing != 0) {
                answer(exchange, failing, null);
            } else if (exchange.getRequestMethod().equals("GET")) {
                byte[] state = states.get(path);
                answer(exchange, state == null ? 404 : 200, state);
            } else if (awayForWrites) {
                answer(exchange, 503, null);
            } else if (refusing || lease == null) {
                String problem = "{\"code\":\"LEASE_LOST\",\"detail\":\"another run has it\"}";
                answer(exchange, 409, problem.getBytes(StandardCharsets.UTF_8));
            } else {
                states.put(path, body);
                answer(exchange, 200, null);
            }
        }
    }

    private static void answer(HttpExchange exchange, int status, byte @Nullable [] body)
            throws IOException {
        exchange.sendResponseHeaders(status, body == null ? -1 : body.length);
        if (body != null) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
