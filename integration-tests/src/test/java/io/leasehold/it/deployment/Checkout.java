package io.leasehold.it.deployment;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/** Files of the checkout, read so that a repeated key is an error and nothing after the end is. */
final class Checkout {
    static final Path HOME = Path.of(System.getProperty("leasehold.home"));

    private static final ObjectMapper YAML =
            YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private Checkout() {}

    static Path file(String name) {
        return HOME.resolve(name);
    }

    static String text(String name) {
        try {
            return Files.readString(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(String name) {
        try {
            return JSON.readTree(text(name));
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    /** The only document of a file. */
    static JsonNode yaml(String name) {
        List<JsonNode> documents = yamlDocuments(name);
        if (documents.size() != 1) {
            throw new IllegalArgumentException(name + " has " + documents.size() + " documents");
        }
        return documents.getFirst();
    }

    static List<JsonNode> yamlDocuments(String name) {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(text(name))) {
            return documents.readAll();
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    static Properties properties(String name) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file(name))) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    /** Names of the files in a folder, sorted. */
    static List<String> names(String folder) {
        try (Stream<Path> files = Files.list(file(folder))) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
