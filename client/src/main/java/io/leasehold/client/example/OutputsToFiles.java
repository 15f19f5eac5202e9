package io.leasehold.client.example;

import com.fasterxml.jackson.databind.ObjectWriter;
import io.leasehold.client.LatestOutputs;
import io.leasehold.client.OutputsChange;
import io.leasehold.events.EventJson;
import io.leasehold.events.outgoing.StackOutputs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jboss.logging.Logger;

/**
 * A downstream deployer in thirty lines: keeps one file per tenant with the outputs of its stacks,
 * replaced whole whenever they change and removed when they are withdrawn.
 *
 * @param folder where the files are
 */
public record OutputsToFiles(Path folder) implements LatestOutputs.Listener {
    private static final Logger LOGGER = Logger.getLogger(OutputsToFiles.class);
    private static final ObjectWriter WRITER = EventJson.mapper().writerWithDefaultPrettyPrinter();

    /** Runs until the process is stopped: {@code OutputsToFiles <bootstrap servers> <folder>}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(Path.of(args[1]));
        OutputsToFiles files = new OutputsToFiles(folder);
        try (LatestOutputs view = LatestOutputs.open(Map.of("bootstrap.servers", args[0]), files)) {
            while (!view.awaitReady(Duration.ofMinutes(1))) {
                LOGGER.info("still reading what is there");
            }
            files.forgetTheGone(view);
            new CountDownLatch(1).await();
        }
    }

    /** Removes what was withdrawn while nobody listened. */
    synchronized void forgetTheGone(LatestOutputs view) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
            for (Path file : files) {
                String tenant = file.getFileName().toString().replaceFirst("\\.json$", "");
                if (view.ofTenant(tenant).isEmpty()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    @Override
    public synchronized void changed(LatestOutputs view, OutputsChange change) {
        String tenant = change.key().tenantId();
        Map<String, StackOutputs> stacks = view.ofTenant(tenant);
        Path file = folder.resolve(tenant + ".json");
        Path draft = folder.resolve(tenant + ".json.new");
        try {
            if (stacks.isEmpty()) {
                Files.deleteIfExists(file);
            } else {
                Files.write(draft, WRITER.writeValueAsBytes(stacks));
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
