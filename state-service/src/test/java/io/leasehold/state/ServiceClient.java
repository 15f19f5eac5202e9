package io.leasehold.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/** Speaks plain HTTP with the service under test, with one token. Safe for use by any thread. */
public final class ServiceClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI base;
    private final @Nullable String token;

    private ServiceClient(URI base, @Nullable String token) {
        this.base = base;
        this.token = token;
    }

    /** Calls the service under test with this token; null calls as nobody. */
    public static ServiceClient as(@Nullable String token) {
        String url = ConfigProvider.getConfig().getValue("test.url", String.class);
        return new ServiceClient(URI.create(url.replaceAll("/$", "")), token);
    }

    /** Where the service under test is. */
    public URI base() {
        return base;
    }

    /** What came back. */
    public record Reply(int status, String body, HttpResponse<String> raw) {
        /** The body as JSON. */
        public JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (JsonProcessingException e) {
                throw new AssertionError("not JSON: " + body, e);
            }
        }

        /** The code of a problem. */
        public String code() {
            return json().path("code").asText();
        }

        /** A header's first value, or an empty text. */
        public String header(String name) {
            return raw.headers().firstValue(name).orElse("");
        }
    }

    /** Sends and waits. Headers are names and values in turn. */
    public Reply send(String method, String path, @Nullable String body, String... headers) {
        try {
            return reply(
                    HTTP.send(
                            request(method, path, body, headers),
                            HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + " failed", e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** The same with a body of another kind. */
    public Reply sendAs(String contentType, String method, String path, String body) {
        return send(method, path, body, "Content-Type", contentType);
    }

    /** Sends and does not wait. */
    public CompletableFuture<Reply> begin(
            String method, String path, @Nullable String body, String... headers) {
        return HTTP.sendAsync(
                        request(method, path, body, headers), HttpResponse.BodyHandlers.ofString())
                .thenApply(ServiceClient::reply);
    }

    private HttpRequest request(
            String method, String path, @Nullable String body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(
                                                body, StandardCharsets.UTF_8))
                        .header("Content-Type", "application/json");
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return request.build();
    }

    private static Reply reply(HttpResponse<String> response) {
        return new Reply(response.statusCode(), response.body(), response);
    }
}
