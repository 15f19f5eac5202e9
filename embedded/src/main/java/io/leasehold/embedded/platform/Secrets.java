package io.leasehold.embedded.platform;

import io.leasehold.embedded.LocalFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/**
 * Secrets of this installation: made at the first start, kept in files that only their owner may
 * read. Safe for use by several threads.
 */
final class Secrets {
    private static final int BYTES = 32;

    private final Path folder;
    private final SecureRandom random;

    Secrets(Path folder, SecureRandom random) {
        this.folder = folder;
        this.random = random;
    }

    /** A token or password by its name. */
    String value(String name) {
        try {
            return Files.readString(file(name)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file that holds a secret: for settings that name a file. Made if it is not there. */
    synchronized Path file(String name) {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            LocalFiles.writePrivate(
                    file, Base64.getUrlEncoder().withoutPadding().encodeToString(fresh()));
        }
        return file;
    }

    /** The key that seals what the state service stores. Made if it is not there. */
    Path sealingKey() {
        Path file = folder.resolve("sealing.key");
        if (!Files.exists(file)) {
            LocalFiles.writePrivate(file, Base64.getEncoder().encodeToString(fresh()) + "\n");
        }
        return file;
    }

    /** Who may call the state service: the operator at the keyboard, and the provisioner. */
    Path accessTokens() {
        StringBuilder lines = new StringBuilder();
        for (String role : List.of("operator", "viewer")) {
            lines.append(AccessLine.of(role, "local-operator", value("operator.token")));
        }
        for (String role : List.of("worker", "intake", "publisher")) {
            lines.append(AccessLine.of(role, "provisioner", value("provisioner.token")));
        }
        Path file = folder.resolve("access.tokens");
        LocalFiles.writePrivate(file, lines.toString());
        return file;
    }

    private byte[] fresh() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return bytes;
    }
}
