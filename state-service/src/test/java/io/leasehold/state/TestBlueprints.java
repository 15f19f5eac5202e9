package io.leasehold.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.BlueprintRegistration;
import io.leasehold.ledger.api.Paths;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/** Blueprints for tests, as an operator sends them. */
public final class TestBlueprints {
    /** One stack. */
    public static final String SINGLE =
            """
            apiVersion: leasehold.io/v1
            kind: Blueprint
            name: %s
            version: %s
            variables:
              type: object
              additionalProperties: false
              required: [size]
              properties:
                size: { type: integer, minimum: 1 }
                colour: { type: string }
                apiKey: { type: string, writeOnly: true }
            stacks:
              database:
                module: { dir: modules/database }
                inputs: { tenant_id: "${tenant.id}", size: "${var.size}" }
                outputs: [host, password]
                policy: { deletion: Delete, approval: auto, drift: report }
                timeout: PT10M
            """;

    /** Two stacks, the second computed from the first. */
    public static final String PAIR =
            """
            apiVersion: leasehold.io/v1
            kind: Blueprint
            name: %s
            version: %s
            variables:
              type: object
              additionalProperties: false
              required: [size]
              properties:
                size: { type: integer, minimum: 1 }
                colour: { type: string }
            stacks:
              app:
                module: { dir: modules/app }
                inputs:
                  url: "postgres://${stacks.database.outputs.host}/${tenant.id}"
                  colour: "${has(var.colour) ? var.colour : 'blue'}"
              database:
                module: { dir: modules/database }
                inputs: { tenant_id: "${tenant.id}", size: "${var.size}" }
                outputs: [host, password]
            """;

    private TestBlueprints() {}

    /** Has an operator register it in version 1.0.0. */
    public static void registers(String document, String name) {
        ServiceClient.Reply reply =
                ServiceClient.as(TestTokens.OPERATOR)
                        .send("POST", Paths.BLUEPRINTS, registration(document, name, "1.0.0"));
        assertThat(reply.status()).as(reply.body()).isEqualTo(201);
    }

    /** What an operator posts. */
    public static String registration(String yaml, String name, String version) {
        return registration(yaml, name, version, "");
    }

    /** The same, with something of its own in each module. */
    public static String registration(String yaml, String name, String version, String code) {
        List<BlueprintRegistration.ModuleArchive> modules =
                List.of("modules/app", "modules/database").stream()
                        .filter(yaml::contains)
                        .map(dir ->
                                new BlueprintRegistration.ModuleArchive(
                                        dir, archive(Map.of("main.tf", "# " + dir + code))))
                        .toList();
        try {
            return new ObjectMapper()
                    .writeValueAsString(
                            new BlueprintRegistration(yaml.formatted(name, version), modules));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A tar.gz of these files. */
    public static byte[] archive(Map<String, String> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        GzipParameters gzip = new GzipParameters();
        try (TarArchiveOutputStream tar =
                new TarArchiveOutputStream(new GzipCompressorOutputStream(bytes, gzip))) {
            for (var file : new TreeMap<>(files).entrySet()) {
                byte[] content = file.getValue().getBytes(UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(content.length);
                entry.setModTime(0);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
