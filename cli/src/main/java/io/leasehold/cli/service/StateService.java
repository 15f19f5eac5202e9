package io.leasehold.cli.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.leasehold.cli.CommandFailure;
import io.leasehold.cli.ExitCode;
import io.leasehold.ledger.api.WholeAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The operators' side of the state service. Every refusal and every outage ends in a {@link
 * CommandFailure} with its exit code and what to do. For one thread.
 */
public final class StateService {

    /**
     * Reads and writes the service's JSON: numbers as they were sent, fields of a newer service let
     * through.
     */
    public static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                    .build();

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration RECONNECT = Duration.ofSeconds(1);
    private static final int LARGEST_PAGE = 200;

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();
    private final String base;
    private final String token;

    /**
     * @param base URL without a path
     * @param token an operator's
     */
    public StateService(String base, String token) {
        this.base = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        this.token = token;
        if (!isHttp(this.base)) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    Environment.URL
                            + " is not a URL: it must be like http://127.0.0.1:8080, without a"
                            + " path.");
        }
        if (!token.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    Environment.TOKEN + " holds characters that no token has; give it anew.");
        }
    }

    private static boolean isHttp(String base) {
        try {
            URI uri = URI.create(base);
            return uri.getHost() != null && List.of("http", "https").contains(uri.getScheme());
        } catch (IllegalArgumentException e) {
            return false;
        }
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
            String value = String.valueOf(variable.getValue());
            if (value.isBlank() || value.equals(".") || value.equals("..")) {
                throw new CommandFailure(
                        ExitCode.NOT_FOUND, "\"" + value + "\" is the name of nothing.");
            }
            path = path.replace("{" + variable.getKey() + "}", encode(value));
        }
        return path;
    }

    /** One thing. */
    public <T> T get(String path, Map<String, ?> query, Class<T> type) {
        byte[] body = exchange("GET", path, query, null);
        return read(() -> JSON.readValue(body, type));
    }

    /** One thing of a generic type. */
    public <T> T get(String path, Map<String, ?> query, TypeReference<T> type) {
        byte[] body = exchange("GET", path, query, null);
        return read(() -> JSON.readValue(body, type));
    }

    /** Bytes as they are. */
    public byte[] bytes(String path) {
        return exchange("GET", path, Map.of(), null);
    }

    /** Bytes as they are, with a verb, headers and a body of one's own. */
    public byte[] bytes(
            String method,
            String path,
            Map<String, ?> query,
            Map<String, String> headers,
            byte[] body) {
        return exchange(method, path, query, headers, body);
    }

    /** The items of a listing, page by page, at most so many. */
    public <T> List<T> all(String path, Map<String, ?> query, Class<T> item, int atMost) {
        return list(path, query, item, atMost).items();
    }

    /** A listing, page by page. */
    public <T> Listing<T> list(String path, Map<String, ?> query, Class<T> item, int atMost) {
        List<T> items = new ArrayList<>();
        Map<String, Object> pageQuery = new TreeMap<>(query);
        pageQuery.put("limit", Math.min(LARGEST_PAGE, atMost));
        while (true) {
            JsonNode page = get(path, pageQuery, JsonNode.class);
            if (!page.path("items").isArray()) {
                throw notUnderstood();
            }
            for (JsonNode one : page.path("items")) {
                items.add(read(() -> JSON.treeToValue(one, item)));
            }
            String next = page.path("next").asText("");
            boolean enough = items.size() >= atMost;
            if (next.isEmpty() || enough) {
                boolean more = items.size() > atMost || !next.isEmpty();
                return new Listing<>(items.subList(0, Math.min(atMost, items.size())), more);
            }
            pageQuery.put("after", next);
        }
    }

    /**
     * Reads a stream of lines for as long as this process lives, and goes on behind the last one
     * read when it was cut or the service was away. Ends only by a refusal, or when the service
     * does not serve it at first.
     *
     * @param each is given each item and says its id
     */
    public <T> void follow(
            String path, Map<String, ?> query, Class<T> item, ToLongFunction<T> each) {
        Map<String, Object> from = new TreeMap<>(query);
        boolean begun = false;
        while (true) {
            try {
                HttpResponse<Stream<String>> response =
                        http.send(request(path, from).build(), BodyHandlers.ofLines());
                int status = response.statusCode();
                try (Stream<String> lines = response.body()) {
                    if (status != 200 && (status < 500 || !begun)) {
                        throw refused(
                                status,
                                lines.collect(Collectors.joining())
                                        .getBytes(StandardCharsets.UTF_8));
                    }
                    if (status == 200) {
                        begun = true;
                        lines.filter(line -> !line.isEmpty())
                                .map(line -> read(() -> JSON.readValue(line, item)))
                                .forEach(one -> from.put("after", each.applyAsLong(one)));
                    }
                }
            } catch (IOException | UncheckedIOException e) {
                if (!begun) {
                    throw notReached();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CommandFailure(ExitCode.INTERNAL, "Interrupted.");
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(RECONNECT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.INTERNAL, "Interrupted.");
        }
    }

    /** Sends a document and reads the answer. */
    public <T> T send(String method, String path, Object body, Class<T> type) {
        byte[] answer = exchange(method, path, Map.of(), body);
        return read(() -> JSON.readValue(answer, type));
    }

    /** A document as the service takes it. */
    public static byte[] json(Object document) {
        try {
            return JSON.writeValueAsBytes(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("our own documents can be written", e);
        }
    }

    /** A JSON value on one line. */
    public static String words(JsonNode value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }

    private byte[] exchange(
            String method, String path, Map<String, ?> query, @Nullable Object body) {
        return exchange(method, path, query, Map.of(), body == null ? null : json(body));
    }

    private byte[] exchange(
            String method,
            String path,
            Map<String, ?> query,
            Map<String, String> headers,
            byte @Nullable [] body) {
        HttpRequest.Builder request = request(path, query).header("Accept", "application/json");
        try {
            if (body == null) {
                request.method(method, BodyPublishers.noBody());
            } else {
                request.header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofByteArray(body));
            }
            headers.forEach(request::header);
            return accepted(WholeAnswer.to(http, request.build(), TIMEOUT));
        } catch (HttpTimeoutException e) {
            throw new CommandFailure(
                    ExitCode.UNREACHABLE,
                    "The state service at "
                            + base
                            + " does not answer in time. Try again; if it stays so, look at its"
                            + " health: "
                            + base
                            + "/q/health");
        } catch (IOException e) {
            throw notReached();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.INTERNAL, "Interrupted.");
        }
    }

    private HttpRequest.Builder request(String path, Map<String, ?> query) {
        return HttpRequest.newBuilder(URI.create(base + path + queryString(query)))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + token);
    }

    private CommandFailure notReached() {
        return new CommandFailure(
                ExitCode.UNREACHABLE,
                "The state service at "
                        + base
                        + " cannot be reached. Is the system up, and is "
                        + Environment.URL
                        + " right? ./leasehold up starts one on this machine.");
    }

    private byte[] accepted(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return response.body();
        }
        throw refused(status, response.body());
    }

    private CommandFailure refused(int status, byte[] body) {
        return Answers.refusal(base, status, body);
    }

    private interface Reading<T> {
        @Nullable T read() throws IOException;
    }

    private <T> T read(Reading<T> reading) {
        try {
            T answer = reading.read();
            if (answer == null) {
                throw notUnderstood();
            }
            return answer;
        } catch (IOException e) {
            throw notUnderstood();
        }
    }

    private CommandFailure notUnderstood() {
        return new CommandFailure(
                ExitCode.UNREACHABLE,
                "The answer of "
                        + base
                        + " is not understood. Is "
                        + Environment.URL
                        + " right, and is this command of the service's version?");
    }

    private static String queryString(Map<String, ?> query) {
        String joined =
                query.entrySet().stream()
                        .map(entry ->
                                entry.getKey() + "=" + encode(String.valueOf(entry.getValue())))
                        .collect(Collectors.joining("&"));
        return joined.isEmpty() ? "" : "?" + joined;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
