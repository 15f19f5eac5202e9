package io.leasehold.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.leasehold.cli.service.StateService;
import io.leasehold.cli.service.Ticks;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import picocli.CommandLine;

/** Answers what it was told to, by real HTTP, and remembers what it was asked. */
final class FakeStateService implements AutoCloseable {
    static final String TOKEN = "operators-token";

    private final HttpServer server;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final List<String> reasons = new CopyOnWriteArrayList<>();

    FakeStateService() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    private record Answer(int status, byte[] body) {}

    /** How a command ended and what it printed. */
    record Ended(int exitCode, String out, String err) {}

    /** Answers such a request, named by method, path and query, with that. */
    FakeStateService on(String request, Object body) throws IOException {
        return on(request, 200, StateService.JSON.writeValueAsBytes(body));
    }

    FakeStateService on(String request, int status, byte[] body) {
        answers.put(request, new Answer(status, body));
        return this;
    }

    FakeStateService refuses(String request, int status, String code, String detail)
            throws IOException {
        Problem problem = new Problem("about:blank", "Refused", status, code, detail);
        return on(request, status, StateService.JSON.writeValueAsBytes(problem));
    }

    private void handle(HttpExchange exchange) throws IOException {
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        requests.add(request);
        bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        reasons.add(String.valueOf(exchange.getRequestHeaders().getFirst(Paths.REASON_HEADER)));
        boolean known =
                ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
        Answer answer =
                known
                        ? answers.getOrDefault(request, new Answer(500, request.getBytes(UTF_8)))
                        : answers.getOrDefault("401", new Answer(500, new byte[0]));
        exchange.sendResponseHeaders(
                answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
        exchange.getResponseBody().write(answer.body());
        exchange.close();
    }

    List<String> requests() {
        return requests;
    }

    String lastBody() {
        return bodies.getLast();
    }

    List<String> bodies() {
        return bodies;
    }

    /** The reason headers of the requests; "null" for none. */
    List<String> reasons() {
        return reasons;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Runs a command against this service. */
    Ended run(String... arguments) {
        return runIn(Map.of(), arguments);
    }

    Ended runIn(Map<String, String> more, String... arguments) {
        return execute(Main.commandLine(environment(more)), arguments);
    }

    /** Runs a command against this service while time passes so. */
    Ended runWhile(Ticks ticks, String... arguments) {
        return execute(Main.commandLine(environment(Map.of()), ticks), arguments);
    }

    private Map<String, String> environment(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>();
        environment.put("LEASEHOLD_URL", url());
        environment.put("LEASEHOLD_TOKEN", TOKEN);
        environment.putAll(more);
        return environment;
    }

    /** Runs a command in such an environment. */
    static Ended execute(Map<String, String> environment, String... arguments) {
        return execute(Main.commandLine(environment), arguments);
    }

    private static Ended execute(CommandLine line, String... arguments) {
        try (StringWriter out = new StringWriter();
                StringWriter err = new StringWriter()) {
            line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
            int exitCode = line.execute(arguments);
            return new Ended(exitCode, out.toString(), err.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
