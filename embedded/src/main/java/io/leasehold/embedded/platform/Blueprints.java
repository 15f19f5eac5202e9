package io.leasehold.embedded.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.leasehold.embedded.StartFailedException;
import io.leasehold.ledger.api.BlueprintRegistration;
import io.leasehold.ledger.api.Paths;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/** Registers the blueprints of a folder, with the modules they name, at the state service. */
final class Blueprints {
    private static final Duration ASK = Duration.ofSeconds(30);
    private static final int ALREADY_OTHERWISE = 409;

    private final HttpClient http;
    private final URI stateService;
    private final String token;
    private final ObjectMapper json = new ObjectMapper();
    private final YAMLMapper yaml = new YAMLMapper();

    Blueprints(HttpClient http, URI stateService, String token) {
        this.http = http;
        this.stateService = stateService;
        this.token = token;
    }

    /** Registers {@code blueprints/<name>/<version>.yaml}; what is registered already stays. */
    List<String> registerAll(Path modules) {
        List<String> notes = new ArrayList<>();
        for (Path file : files(modules.resolve("blueprints"))) {
            if (file.toString().endsWith(".yaml")) {
                register(modules, file, notes);
            }
        }
        return notes;
    }

    private void register(Path modules, Path file, List<String> notes) {
        try {
            String document = Files.readString(file);
            List<BlueprintRegistration.ModuleArchive> archives = new ArrayList<>();
            for (String dir : moduleDirs(yaml.readTree(document))) {
                archives.add(
                        new BlueprintRegistration.ModuleArchive(
                                dir, archive(modules.resolve(dir))));
            }
            HttpResponse<String> answer = post(new BlueprintRegistration(document, archives));
            if (answer.statusCode() == ALREADY_OTHERWISE) {
                notes.add(
                        "%s differs from what is registered under that version; the registered one stays"
                                .formatted(modules.relativize(file)));
            } else if (answer.statusCode() / 100 != 2) {
                throw new StartFailedException(
                        "blueprint %s was not accepted: HTTP %d %s"
                                .formatted(file, answer.statusCode(), answer.body()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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

    private static SortedSet<String> moduleDirs(JsonNode blueprint) {
        SortedSet<String> dirs = new TreeSet<>();
        for (JsonNode stack : blueprint.path("stacks")) {
            JsonNode dir = stack.path("module").path("dir");
            if (dir.isTextual()) {
                dirs.add(dir.asText());
            }
        }
        return dirs;
    }

    /** Equal folders give equal bytes: sorted, without times and owners. */
    static byte[] archive(Path folder) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        GzipParameters parameters = new GzipParameters();
        parameters.setModificationInstant(Instant.EPOCH);
        try (TarArchiveOutputStream tar =
                new TarArchiveOutputStream(
                        new GzipCompressorOutputStream(bytes, parameters), "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Path file : files(folder)) {
                String name = folder.relativize(file).toString();
                if (name.startsWith(".terraform")) {
                    // What a try by hand leaves behind.
                    continue;
                }
                byte[] content = Files.readAllBytes(file);
                TarArchiveEntry entry = new TarArchiveEntry(name);
                entry.setSize(content.length);
                entry.setModTime(0L);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
