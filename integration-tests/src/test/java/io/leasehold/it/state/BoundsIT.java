package io.leasehold.it.state;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.it.state.BigState.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What one process with a heap of 512 MiB bears. It ends at once when the heap does not suffice; in
 * all it may take what a container of the deployment has.
 */
class BoundsIT {
    private static final long MIB = 1024 * 1024;
    private static final long CONTAINER = 1024 * MIB;
    private static final long LARGEST = 64 * MIB;

    @TempDir static Path folder;

    private static RunningService service;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeAll
    static void oneProcess() throws IOException {
        service =
                RunningService.start(
                        folder,
                        List.of("-Xmx512m"),
                        Map.of(
                                "leasehold.connection.head-patience", "PT1S",
                                // However slow the machine: each of them is to have its turn.
                                "leasehold.state.large-bodies-patience", "PT10M"));
    }

    @AfterAll
    static void itEnds() {
        service.close();
    }

    @AfterEach
    void theProcessBoreIt() throws IOException {
        assertThat(service.process().isAlive()).as(service.log()).isTrue();
        assertThat(mostMemory()).isLessThan(CONTAINER);
    }

    @Test
    void eightStatesOfThirtyMegabytesComeInAndGoOutAtOnce() {
        List<BigState> states =
                IntStream.range(0, 8)
                        .mapToObj(i ->
                                new BigState(i < 2 ? Kind.ENCRYPTED : Kind.RESOURCES, 30 * MIB, i))
                        .toList();
        states.forEach(each -> lock("in-" + each.seed()));

        List<CompletableFuture<HttpResponse<String>>> in =
                states.stream().map(each -> post("in-" + each.seed(), each)).toList();
        assertThat(in.stream().map(each -> each.join().statusCode())).containsOnly(204);
        List<CompletableFuture<String>> out =
                states.stream().map(each -> digest("in-" + each.seed())).toList();

        assertThat(out.stream().map(CompletableFuture::join))
                .containsExactlyElementsOf(states.stream().map(BigState::md5).toList());
    }

    @Test
    void theLargestStateIsTakenAndOneByteMoreIsNot() {
        BigState largest = new BigState(Kind.ENCRYPTED, LARGEST, 64);
        lock("largest");

        HttpResponse<String> refused =
                post("largest", new BigState(Kind.RESOURCES, LARGEST + 1, 65)).join();
        HttpResponse<String> taken = post("largest", largest).join();

        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).contains("STATE_TOO_LARGE");
        assertThat(taken.statusCode()).as(taken.body()).isEqualTo(204);
        assertThat(digest("largest").join()).isEqualTo(largest.md5());
    }

    /** A module of a tenant may put them there: remembered, they would fill the heap. */
    @Test
    void aStateOfMillionsOfNamesIsTakenAsItComes() {
        lock("names");

        assertThat(post("names", new BigState(Kind.NAMES, LARGEST, 1)).join().statusCode())
                .isEqualTo(204);
    }

    @Test
    void headsThatDripAreEndedOnFreshConnectionsAndOnUsedOnes() throws IOException {
        String head = "GET /state/slow/1/s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n";
        try (ScheduledExecutorService drips = Executors.newScheduledThreadPool(2);
                Socket fresh = connect();
                Socket used = connect()) {
            write(used, head.formatted(RunningService.TOKEN) + "\r\n");
            assertThat(used.getInputStream().readNBytes(12)).asString(US_ASCII).endsWith("204");
            for (Socket each : List.of(fresh, used)) {
                write(each, head.formatted(RunningService.TOKEN) + "X-Slow: ");
                var _ =
                        drips.scheduleAtFixedRate(
                                () -> write(each, "x"), 0, 50, TimeUnit.MILLISECONDS);
            }

            // Read to the end, which comes only when the service closes.
            assertThat(rest(fresh)).isEmpty();
            assertThat(rest(used)).doesNotContain("HTTP/1.1");
            drips.shutdownNow();
        }
    }

    /** Vert.x answers these before any route, and would say nothing but a number. */
    @Test
    void whatNoRouteSeesIsRefusedInTheFormOfAllOthers() throws IOException {
        Map<String, String> wrong =
                Map.of(
                        "GET /%s HTTP/1.1".formatted("x".repeat(20_000)),
                        "414 ADDRESS_TOO_LONG",
                        "GET / HTTP/1.1\r\nX: " + "x".repeat(24_000),
                        "431 HEAD_TOO_LARGE",
                        "POST / HTTP/1.1\r\nContent-Length: x",
                        "400 REQUEST_INVALID",
                        "what is this",
                        "400 REQUEST_INVALID");
        for (Map.Entry<String, String> each : wrong.entrySet()) {
            String[] expected = each.getValue().split(" ");
            try (Socket socket = connect()) {
                write(socket, each.getKey() + "\r\nHost: x\r\n\r\n");

                assertThat(rest(socket))
                        .startsWith("HTTP/1.")
                        .contains(
                                " " + expected[0] + " ",
                                "application/problem+json",
                                "\"code\":\"" + expected[1] + "\"");
            }
        }
    }

    // ── what the tests say ──────────────────────────────────────────────────────────────────────

    private static URI address(String stack) {
        return service.base().resolve("/state/" + stack + "/1/main");
    }

    private HttpRequest.Builder request(URI address) {
        return HttpRequest.newBuilder(address)
                .header("Authorization", "Bearer " + RunningService.TOKEN);
    }

    private void lock(String stack) {
        HttpResponse<String> answer =
                http.sendAsync(
                                request(address(stack))
                                        .method("LOCK", BodyPublishers.ofString("{\"ID\":\"a\"}"))
                                        .build(),
                                BodyHandlers.ofString())
                        .join();
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    private CompletableFuture<HttpResponse<String>> post(String stack, BigState state) {
        return http.sendAsync(
                request(URI.create(address(stack) + "?ID=a"))
                        .header("Content-MD5", state.md5())
                        .POST(
                                BodyPublishers.fromPublisher(
                                        BodyPublishers.ofInputStream(state::open), state.size()))
                        .build(),
                BodyHandlers.ofString());
    }

    private CompletableFuture<String> digest(String stack) {
        return http.sendAsync(request(address(stack)).build(), BodyHandlers.ofInputStream())
                .thenApplyAsync(answer -> BigState.md5(answer.body()));
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.base().getPort());
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(20));
        return socket;
    }

    private static void write(Socket socket, String text) {
        try {
            socket.getOutputStream().write(text.getBytes(US_ASCII));
        } catch (IOException closed) {
            throw new IllegalStateException(closed);
        }
    }

    private static String rest(Socket socket) throws IOException {
        try (InputStream in = socket.getInputStream()) {
            return new String(in.readAllBytes(), US_ASCII);
        } catch (SocketException reset) {
            return "";
        }
    }

    /** The most that the process ever had in memory, in bytes. */
    private static long mostMemory() throws IOException {
        String status = Files.readString(Path.of("/proc/" + service.process().pid() + "/status"));
        return Pattern.compile("VmHWM:\\s+(\\d+) kB")
                .matcher(status)
                .results()
                .map(MatchResult::group)
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(kib -> Long.parseLong(kib) * 1024)
                .findFirst()
                .orElseThrow();
    }
}
