package io.leasehold.it.lease;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Plain HTTP with a service. Safe for use by many threads. */
public final class Wire {
    public static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String base;
    private final String token;

    public Wire(String base, String token) {
        this.base = base;
        this.token = token;
    }

    /**
     * What came back.
     *
     * @param status 0 when nothing did
     */
    public record Reply(int status, JsonNode body) {
        public String code() {
            return body.path("code").asText();
        }

        /** Whether the service, or what it needs, is away. */
        public boolean isOutage() {
            return status == 0 || status == 502 || status == 503;
        }
    }

    /** Sends a document, or text as it is. Headers are names and values in turn. */
    public Reply send(String verb, String path, @Nullable Object body, String... headers) {
        try {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(base + path))
                            .timeout(Duration.ofSeconds(40))
                            .header("Authorization", "Bearer " + token)
                            .header("Content-Type", "application/json")
                            .method(
                                    verb,
                                    switch (body) {
                                        case null -> BodyPublishers.noBody();
                                        case String text -> BodyPublishers.ofString(text);
                                        default ->
                                                BodyPublishers.ofByteArray(
                                                        JSON.writeValueAsBytes(body));
                                    });
            for (int i = 0; i < headers.length; i += 2) {
                request.header(headers[i], headers[i + 1]);
            }
            HttpResponse<String> answer =
                    HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Reply(
                    answer.statusCode(),
                    answer.body().isEmpty()
                            ? MissingNode.getInstance()
                            : JSON.readTree(answer.body()));
        } catch (IOException e) {
            return new Reply(0, MissingNode.getInstance());
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }
}
