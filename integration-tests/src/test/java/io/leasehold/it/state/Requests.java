package io.leasehold.it.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;

/** Requests to the state service by one caller, each answered as it must be. */
final class Requests {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI service;
    private final String authorization;

    private Requests(URI service, String authorization) {
        this.service = service;
        this.authorization = authorization;
    }

    static Requests by(URI service, String token) {
        return new Requests(service, "Bearer " + token);
    }

    /** As the state proxy of a run. */
    Requests asRun(String credential) {
        return new Requests(
                service,
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString(("run:" + credential).getBytes(UTF_8)));
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(send("GET", path, "", 200));
    }

    JsonNode post(String path, String body) throws IOException, InterruptedException {
        return JSON.readTree(send("POST", path, body, 200));
    }

    /** The body of an answer that must have that status. Headers are names and values in turn. */
    String send(String verb, String path, String body, int status, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(service.resolve(path))
                        .header("Authorization", authorization)
                        .header("Content-Type", "application/json")
                        .method(verb, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> answer =
                HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode())
                .as("%s %s: %s", verb, path, answer.body())
                .isEqualTo(status);
        return answer.body();
    }
}
