package io.leasehold.ledger.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/**
 * A folder with {@code blueprints/<name>/<version>.yaml} and the modules these name, read into what
 * the state service registers. Whether a blueprint is sound is the service's to say. Immutable.
 *
 * @param folder where {@code blueprints/} is, and what module folders are relative to
 */
public record BlueprintFolder(Path folder) {

    /** The blueprint files in it, sorted. */
    public List<Path> blueprints() throws IOException {
        return files(folder.resolve("blueprints")).stream()
                .filter(file -> file.toString().endsWith(".yaml"))
                .toList();
    }

    /** One of them with its modules. */
    public BlueprintRegistration registration(Path blueprint) throws IOException {
        String document = Files.readString(blueprint);
        List<BlueprintRegistration.ModuleArchive> archives = new ArrayList<>();
        for (String dir : moduleDirs(new YAMLMapper().readTree(document))) {
            archives.add(
                    new BlueprintRegistration.ModuleArchive(dir, archive(folder.resolve(dir))));
        }
        return new BlueprintRegistration(document, archives);
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
    private static byte[] archive(Path module) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        GzipParameters parameters = new GzipParameters();
        parameters.setModificationInstant(Instant.EPOCH);
        try (TarArchiveOutputStream tar =
                new TarArchiveOutputStream(
                        new GzipCompressorOutputStream(bytes, parameters), "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Path file : files(module)) {
                String name = module.relativize(file).toString();
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

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
