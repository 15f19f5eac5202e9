package io.leasehold.cli.service;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.ledger.api.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The operators' side of the state service. Every refusal and every outage ends in a {@link
 * CommandFailure} with its exit code. For one thread.
 */
public final class StateService {

    /** Reads and writes the service's JSON; unknown fields of a newer service are let through. */
    public static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String base;
    private final String token;

    /**
     * @param base URL without a path
     * @param token an operator's
     */
    public StateService(String base, String token) {
        this.base = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        this.token = token;
    }

    /** The service that the environment names. */
    public static StateService of(Environment environment) {
        return new StateService(
                environment.require(Environment.URL), environment.require(Environment.TOKEN));
    }

    /** A path with its variables filled in. */
    public static String path(String template, Map<String, ?> variables) {
        String path = template;
        for (Map.Entry<String, ?> variable : variables.entrySet()) {
            path =
                    path.replace(
                            "{" + variable.getKey() + "}",
                            encode(String.valueOf(variable.getValue())));
        }
        return path;
    }

    /** One thing. */
    public <T> T get(String path, Map<String, ?> query, Class<T> type) {
        return parse(exchange("GET", path, query, null), type);
    }

    /** One thing of a generic type. */
    public <T> T get(String path, Map<String, ?> query, TypeReference<T> type) {
        return read(() -> JSON.readValue(exchange("GET", path, query, null), type));
    }

    /** Bytes as they are. */
    public byte[] bytes(String path) {
        return exchange("GET", path, Map.of(), null);
    }

    /** A whole listing, page by page. */
    public <T> List<T> all(String path, Map<String, ?> query, Class<T> item, int atMost) {
        List<T> items = new ArrayList<>();
        Map<String, Object> pageQuery = new TreeMap<>(query);
        while (true) {
            pageQuery.put("limit", Math.min(200, atMost - items.size()));
            byte[] body = exchange("GET", path, pageQuery, null);
            JsonNode page = read(() -> JSON.readTree(body));
            for (JsonNode one : page.path("items")) {
                items.add(read(() -> JSON.treeToValue(one, item)));
            }
            String next = page.path("next").asText("");
            if (next.isEmpty() || items.size() >= atMost) {
                return items;
            }
            pageQuery.put("after", next);
        }
    }

    /** Sends a document and reads the answer. */
    public <T> T send(String method, String path, Object body, Class<T> type) {
        return parse(exchange(method, path, Map.of(), body), type);
    }

    private byte[] exchange(
            String method, String path, Map<String, ?> query, @Nullable Object body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path + queryString(query)))
                        .timeout(TIMEOUT)
                        .header("Authorization", "Bearer " + token);
        try {
            if (body == null) {
                request.method(method, BodyPublishers.noBody());
            } else {
                request.header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
            }
            return accepted(http.send(request.build(), BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.UNREACHABLE,
                    "The state service at " + base + " cannot be reached. Is the system up?");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.INTERNAL, "Interrupted.");
        }
    }

    private static byte[] accepted(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status < 400) {
            return response.body();
        }
        ExitCode exitCode =
                switch (status) {
                    case 401, 403 -> ExitCode.UNREACHABLE;
                    case 404 -> ExitCode.NOT_FOUND;
                    default -> status < 500 ? ExitCode.REFUSED : ExitCode.UNREACHABLE;
                };
        throw new CommandFailure(exitCode, words(response));
    }

    private static String words(HttpResponse<byte[]> response) {
        try {
            Problem problem = JSON.readValue(response.body(), Problem.class);
            String detail = problem.detail();
            return problem.code() + ": " + (detail == null ? problem.title() : detail);
        } catch (IOException notAProblemDocument) {
            return "The state service answered " + response.statusCode() + ".";
        }
    }

    private static <T> T parse(byte[] body, Class<T> type) {
        return read(() -> JSON.readValue(body, type));
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private static <T> T read(Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.INTERNAL,
                    "The state service's answer is not understood; is this command of the same"
                            + " version?");
        }
    }

    private static String queryString(Map<String, ?> query) {
        String joined =
                query.entrySet().stream()
                        .filter(entry -> entry.getValue() != null)
                        .map(entry -> entry.getKey() + "=" + encode(String.valueOf(entry.getValue())))
                        .collect(Collectors.joining("&"));
        return joined.isEmpty() ? "" : "?" + joined;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
