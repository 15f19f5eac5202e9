package io.leasehold.it.state;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The service and its database are killed while two hundred clients are at work. */
class KillIT {
    private static final int CLIENTS = 200;
    private static final int CYCLES = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Cycling.Counts counts = new Cycling.Counts();

    @Test
    void noAcknowledgedWriteIsLostAndNoLockIsLeftThatNobodyHolds() throws Exception {
        try (RunningService service =
                        RunningService.start(
                                folder, List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"), Map.of());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Cycling> clients =
                    IntStream.range(0, CLIENTS)
                            .mapToObj(i -> new Cycling(http, service.base(), i, CYCLES, counts))
                            .toList();
            List<CompletableFuture<Void>> working =
                    clients.stream()
                            .map(each -> CompletableFuture.runAsync(each, threads))
                            .toList();

            afterWrites(CLIENTS * CYCLES / 6, working);
            service.killAndStartService();
            int disturbed = counts.retries().get();
            afterWrites(CLIENTS * CYCLES / 3, working);
            service.killAndStartPostgres();

            CompletableFuture.allOf(working.toArray(CompletableFuture[]::new)).join();
            assertThat(disturbed).as("requests without an answer from the service").isPositive();
            assertThat(counts.retries().get()).as("and from the database").isGreaterThan(disturbed);
            assertThat(counts.writes().get()).isEqualTo(CLIENTS * CYCLES);
            locksAreThoseOfTheClients(service.base(), clients);
            List<CompletableFuture<Void>> compared =
                    clients.stream()
                            .map(each ->
                                    CompletableFuture.runAsync(
                                            () -> isAllThere(service.base(), each), threads))
                            .toList();
            CompletableFuture.allOf(compared.toArray(CompletableFuture[]::new)).join();
        }
    }

    /**
     * In the middle: so many writes are acknowledged, and half of the clients still have some to
     * do.
     */
    private void afterWrites(int writes, List<CompletableFuture<Void>> working) throws Exception {
        eventually(
                PATIENCE,
                () -> {
                    working.stream()
                            .filter(CompletableFuture::isCompletedExceptionally)
                            .forEach(CompletableFuture::join);
                    assertThat(counts.writes().get()).isGreaterThanOrEqualTo(writes);
                });
        assertThat(working)
                .filteredOn(each -> !each.isDone())
                .hasSizeGreaterThanOrEqualTo(CLIENTS / 2);
    }

    private void locksAreThoseOfTheClients(URI service, List<Cycling> clients) {
        TreeSet<String> expected = new TreeSet<>();
        clients.stream().map(Cycling::held).filter(Objects::nonNull).forEach(expected::add);
        TreeSet<String> found = new TreeSet<>();
        get(service, "/v1/locks?limit=500")
                .path("items")
                .forEach(each -> found.add(each.path("id").asText()));
        assertThat(expected).hasSize(CLIENTS / 2);
        assertThat(found).isEqualTo(expected);
    }

    /** Each acknowledged state is a version, once, in the order of its serial, byte for byte. */
    private void isAllThere(URI service, Cycling client) {
        String versions = "/v1/states/" + client.stack() + "/versions";
        List<byte[]> found = new ArrayList<>();
        List<Long> serials = new ArrayList<>();
        for (JsonNode version : get(service, versions).path("items")) {
            serials.addFirst(version.path("serial").asLong());
            found.addFirst(
                    bytes(service, versions + "/" + version.path("version").asText()).body());
        }
        assertThat(serials).isSorted();
        assertThat(found).containsExactlyElementsOf(client.acknowledged());
    }

    private JsonNode get(URI service, String path) {
        try {
            return JSON.readTree(bytes(service, path).body());
        } catch (java.io.IOException e) {
            throw new AssertionError(path, e);
        }
    }

    private HttpResponse<byte[]> bytes(URI service, String path) {
        HttpResponse<byte[]> answer =
                http.sendAsync(
                                HttpRequest.newBuilder(service.resolve(path))
                                        .header("Authorization", "Bearer " + RunningService.TOKEN)
                                        .build(),
                                HttpResponse.BodyHandlers.ofByteArray())
                        .join();
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer;
    }
}
