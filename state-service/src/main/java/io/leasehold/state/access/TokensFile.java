package io.leasehold.state.access;

import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that are good now. The file is read at start, and again when it changed; a change that
 * cannot be read gives nobody a right and takes none away, and is an error in the log until it is
 * mended. Safe for use by any thread.
 */
@ApplicationScoped
@Startup
class TokensFile {
    private static final Logger LOGGER = Logger.getLogger(TokensFile.class);

    private final AccessConfig config;
    private volatile Read read = new Read(null, Optional.empty());

    TokensFile(AccessConfig config) {
        this.config = config;
    }

    /** Fails closed: without a readable file nothing starts. */
    @PostConstruct
    void begin() {
        Path file =
                config.tokensFile()
                        .orElseThrow(() ->
                                new IllegalStateException(
                                        "leasehold.access.tokens-file is not set: without it"
                                                + " nobody could be told from anybody"));
        try {
            read = new Read(Stamp.of(file), Optional.of(Tokens.parse(Files.readAllLines(file))));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "leasehold.access.tokens-file cannot be read: " + file, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "leasehold.access.tokens-file " + file + ": " + e.getMessage(), e);
        }
    }

    @Scheduled(
            every = "${leasehold.access.look-again:PT2S}",
            concurrentExecution = ConcurrentExecution.SKIP)
    void lookAgain() {
        Path file = config.tokensFile().orElseThrow();
        try {
            Stamp stamp = Stamp.of(file);
            if (!stamp.equals(read.stamp())) {
                read = new Read(stamp, Optional.of(Tokens.parse(Files.readAllLines(file))));
                LOGGER.infof("tokens read again file=%s", file);
            }
        } catch (IOException e) {
            LOGGER.errorf("tokens file cannot be read, the tokens stay as they were file=%s", file);
        } catch (IllegalArgumentException e) {
            LOGGER.errorf(
                    "tokens file is wrong, the tokens stay as they were file=%s reason=%s",
                    file, e.getMessage());
        }
    }

    /** Who bears this token, or empty. */
    Optional<Tokens.Bearer> find(String token) {
        return read.tokens().flatMap(tokens -> tokens.find(token));
    }

    private record Read(@Nullable Stamp stamp, Optional<Tokens> tokens) {}

    /** What changes when a file does, be it written in place or put in its place. */
    private record Stamp(FileTime modified, long size, String key) {
        static Stamp of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(
                    attributes.lastModifiedTime(),
                    attributes.size(),
                    String.valueOf(attributes.fileKey()));
        }
    }
}
