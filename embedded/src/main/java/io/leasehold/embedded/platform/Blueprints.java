package io.leasehold.embedded.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.embedded.StartFailedException;
import io.leasehold.ledger.api.BlueprintFolder;
import io.leasehold.ledger.api.BlueprintRegistration;
import io.leasehold.ledger.api.Paths;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Registers the blueprints of a folder, with the modules they name, at the state service. */
final class Blueprints {
    private static final Duration ASK = Duration.ofSeconds(30);
    private static final int ALREADY_OTHERWISE = 409;

    private final HttpClient http;
    private final URI stateService;
    private final String token;
    private final ObjectMapper json = new ObjectMapper();

    Blueprints(HttpClient http, URI stateService, String token) {
        this.http = http;
        this.stateService = stateService;
        this.token = token;
    }

    /** Registers {@code blueprints/<name>/<version>.yaml}; what is registered already stays. */
    List<String> registerAll(Path modules) {
        List<String> notes = new ArrayList<>();
        BlueprintFolder folder = new BlueprintFolder(modules);
        try {
            for (Path file : folder.blueprints()) {
                register(folder, file, notes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return notes;
    }

    private void register(BlueprintFolder folder, Path file, List<String> notes)
            throws IOException {
        HttpResponse<String> answer = post(folder.registration(file));
        if (answer.statusCode() == ALREADY_OTHERWISE) {
            notes.add(
                    "%s differs from what is registered under that version; the registered one stays"
                            .formatted(folder.folder().relativize(file)));
        } else if (answer.statusCode() / 100 != 2) {
            throw new StartFailedException(
                    "blueprint %s was not accepted: HTTP %d %s"
                            .formatted(file, answer.statusCode(), answer.body()));
        }
    }

    private HttpResponse<String> post(BlueprintRegistration registration)
            throws JsonProcessingException {
        HttpRequest request =
                HttpRequest.newBuilder(stateService.resolve(Paths.BLUEPRINTS))
                        .timeout(ASK)
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofByteArray(
                                        json.writeValueAsBytes(registration)))
                        .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("blueprints cannot be registered", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailedException("interrupted while registering blueprints", e);
        }
    }
}
