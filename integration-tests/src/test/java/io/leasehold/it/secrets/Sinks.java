package io.leasehold.it.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.cli.Main;
import io.leasehold.events.TopicSpec;
import io.leasehold.events.Topics;
import io.leasehold.it.Site;
import io.leasehold.it.lease.TestLedger;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** All that a system writes for others to read, as text by where it stands. */
final class Sinks {
    private final Site site;
    private final HttpClient http = HttpClient.newHttpClient();

    Sinks(Site site) {
        this.site = site;
    }

    /** Every log file of every process. */
    static Map<String, String> logs(Path folder) throws IOException {
        Map<String, String> logs = new HashMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".log")).toList()) {
                if (Files.isRegularFile(file) && !file.toString().contains("/kafka/")) {
                    logs.put("log " + file, Files.readString(file, ISO_8859_1));
                }
            }
        }
        return logs;
    }

    /** How every process of this machine was called, which everybody on it may read. */
    static String commandLines() throws IOException {
        StringBuilder all = new StringBuilder();
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try {
                    String line = Files.readString(process.resolve("cmdline"), ISO_8859_1);
                    all.append(line.replace('\0', ' ')).append('\n');
                } catch (IOException gone) {
                    // It ended meanwhile, as those of other tests do.
                }
            }
        }
        return all.toString();
    }

    /** Key, value and headers of every record of every topic, by topic. */
    Map<String, String> topics() {
        Map<String, String> topics = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", site.bootstrap()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            for (TopicSpec topic : Topics.all()) {
                topics.put("topic " + topic.name(), records(consumer, topic.name()));
            }
        }
        return topics;
    }

    private static String records(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        List<TopicPartition> partitions =
                consumer.partitionsFor(topic).stream()
                        .map(p -> new TopicPartition(topic, p.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        StringBuilder all = new StringBuilder();
        while (partitions.stream()
                .anyMatch(p -> consumer.position(p) < Objects.requireNonNull(ends.get(p)))) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                append(all, record.key());
                append(all, record.value());
                record.headers()
                        .forEach(header -> {
                            all.append(header.key()).append('=');
                            append(all, header.value());
                        });
            }
        }
        return all.toString();
    }

    private static void append(StringBuilder all, byte[] bytes) {
        if (bytes != null) {
            all.append(new String(bytes, ISO_8859_1)).append('\n');
        }
    }

    /** Every row of every table. */
    Map<String, String> tables() throws Exception {
        Map<String, String> tables = new HashMap<>();
        for (String table :
                site.ledger.column("select tablename from pg_tables where schemaname = 'public'")) {
            tables.put(
                    "table " + table,
                    String.join(
                            "\n",
                            site.ledger.column("select t::text from \"%s\" t".formatted(table))));
        }
        return tables;
    }

    /** What commands print; each must say something. */
    Map<String, String> commands(List<List<String>> lines) {
        Map<String, String> commands = new HashMap<>();
        for (List<String> line : lines) {
            StringWriter said = new StringWriter();
            Main.commandLine(
                            Map.of(
                                    "LEASEHOLD_URL", site.service().url(),
                                    "LEASEHOLD_TOKEN", TestLedger.token("operator")))
                    .setOut(new PrintWriter(said, true))
                    .setErr(new PrintWriter(said, true))
                    .execute(line.toArray(String[]::new));
            assertThat(said.toString()).as("what %s says", line).isNotBlank();
            commands.put("command " + line, said.toString());
        }
        return commands;
    }

    /** The bodies and headers of answers, errors too, by who asked and path. */
    Map<String, String> answers(String base, String role, List<String> paths) throws Exception {
        Map<String, String> answers = new HashMap<>();
        for (String path : paths) {
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(URI.create(base + path))
                                    .header("Authorization", "Bearer " + TestLedger.token(role))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString(ISO_8859_1));
            answers.put(
                    "answer to %s %s%s".formatted(role, base, path),
                    answer.headers().map() + answer.body());
        }
        return answers;
    }

    /** Libraries of a service by which traces or metrics would leave it. */
    static List<String> telemetry(Path application) throws IOException {
        Pattern names =
                Pattern.compile(
                        "opentelemetry-sdk|exporter|micrometer|metrics|prometheus|jmx|statsd");
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(application)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> names.matcher(name).find())
                    .forEach(found::add);
        }
        return found;
    }
}
