package io.leasehold.provisioner.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.leasehold.ledger.api.OutcomeRequest;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToIntFunction;

/**
 * A state service of which only outcomes are asked, over real HTTP, with the provisioner's own
 * reading of what it answers. Without Quarkus there is no REST client to build, so the request is
 * written by hand.
 */
public class HttpLedger extends SilentLedger implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpServer server;
    private final List<String> outcomes = new CopyOnWriteArrayList<>();

    /** Answers each outcome with the status that is given for its body. */
    public HttpLedger(ToIntFunction<String> status) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                        outcomes.add(body);
                        exchange.sendResponseHeaders(status.applyAsInt(body), -1);
                    }
                });
        server.start();
    }

    /** The bodies of all outcomes, in order. */
    public List<String> outcomes() {
        return List.copyOf(outcomes);
    }

    @Override
    public void outcome(String runId, OutcomeRequest outcome) {
        int status;
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(
                                    URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
                            .POST(HttpRequest.BodyPublishers.ofString(json(outcome)))
                            .build();
            status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            throw new LedgerUnavailable("cannot be reached", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (status >= 400) {
            throw status < 500 && Trouble.of(status) == Trouble.REFUSAL
                    ? new LedgerRefusal(status, status == 409 ? "LEASE_LOST" : "NO", "refused")
                    : new LedgerProblems().toThrowable(Response.status(status).build());
        }
    }

    private static String json(OutcomeRequest outcome) {
        try {
            return JSON.writeValueAsString(outcome);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
