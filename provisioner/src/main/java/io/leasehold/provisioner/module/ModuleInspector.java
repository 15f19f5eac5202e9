package io.leasehold.provisioner.module;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Refuses modules that would decide where their state goes or how it is encrypted: that is the
 * platform's. An {@code encryption} block could moreover run a command while the module is only
 * looked at.
 */
final class ModuleInspector {

    private static final Set<String> FORBIDDEN = Set.of("backend", "cloud", "encryption");

    /** Files that steer tofu or that the platform puts there itself. */
    private static final Set<String> FORBIDDEN_NAMES =
            Set.of(".terraform", "errored.tfstate", "terraform.tfstate", ".terraformrc", ".tofurc");

    /** Twice the same key could be read one way here and another way by tofu. */
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private ModuleInspector() {}

    /** Why the module in that directory is refused: {@code file:line: what}. */
    static Optional<String> refusal(Path root) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(root)) {
            files = walk.filter(path -> !path.equals(root)).sorted().toList();
        }
        if (files.stream().noneMatch(f -> root.equals(f.getParent()) && isSource(name(f)))) {
            return Optional.of("no .tf or .tofu file at the root of the archive");
        }
        for (Path file : files) {
            Optional<String> refusal = refusal(root, file);
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> refusal(Path root, Path file) throws IOException {
        String name = name(file);
        String where = root.relativize(file).toString();
        if (FORBIDDEN_NAMES.contains(name)) {
            return Optional.of(where + ": a module must not bring this");
        }
        if (Files.isDirectory(file) || !isSource(name)) {
            return Optional.empty();
        }
        String stem = name.replaceFirst("\\.(tf|tofu)(\\.json)?$", "");
        if (stem.equals("override") || stem.endsWith("_override")) {
            return Optional.of(where + ": override files are the platform's");
        }
        Optional<HclScanner.Finding> finding;
        try {
            String text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                            .toString();
            finding = name.endsWith(".json") ? inJson(text) : HclScanner.scan(text);
        } catch (CharacterCodingException e) {
            finding = Optional.of(new HclScanner.Finding(1, "not UTF-8"));
        }
        return finding.map(f -> where + ":" + f.line() + ": " + f.what());
    }

    private static boolean isSource(String name) {
        return name.endsWith(".tf")
                || name.endsWith(".tofu")
                || name.endsWith(".tf.json")
                || name.endsWith(".tofu.json");
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    static Optional<HclScanner.Finding> inJson(String text) {
        try {
            return forbidden(JSON.readTree(text), false)
                    .map(key -> new HclScanner.Finding(1, "a terraform " + key + " block"));
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            return Optional.of(new HclScanner.Finding(line, "not JSON, or a key twice"));
        }
    }

    /** In HCL's JSON a block may be an object or any nesting of arrays of objects. */
    private static Optional<String> forbidden(JsonNode node, boolean inTerraform) {
        if (node.isArray()) {
            for (JsonNode element : node) {
                Optional<String> found = forbidden(element, inTerraform);
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        }
        if (inTerraform) {
            return FORBIDDEN.stream().filter(node::has).findFirst();
        }
        return node.has("terraform") ? forbidden(node.get("terraform"), true) : Optional.empty();
    }
}
