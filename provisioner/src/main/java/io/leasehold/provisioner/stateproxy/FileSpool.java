package io.leasehold.provisioner.stateproxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.ledger.api.StackRef;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jboss.logging.Logger;

/**
 * The spool as one file per run: length of the description, the description as JSON, a nonce, and
 * the state under AES-GCM with the description as its associated data. A file appears whole or not
 * at all. Shared; any thread.
 */
@Singleton
public final class FileSpool implements Spool {

    private static final Logger LOGGER = Logger.getLogger(FileSpool.class);

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String SUFFIX = ".state";

    private static final int NONCE = 12;

    private final Path directory;
    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    /**
     * Opens it, making directory and key where they are missing.
     *
     * @throws IOException when that is not possible, or the key is not 32 bytes
     */
    @Inject
    public FileSpool(SpoolConfig config) throws IOException {
        this(config.directory(), config.keyFile().orElse(config.directory().resolve("spool.key")));
    }

    /** Opens it with a key at that place. */
    public FileSpool(Path directory, Path keyFile) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        if (!Files.exists(keyFile)) {
            makeKey(keyFile);
        }
        byte[] bytes = Files.readAllBytes(keyFile);
        if (bytes.length != 32) {
            throw new IOException("the spool's key must be 32 bytes: " + keyFile);
        }
        this.key = new SecretKeySpec(bytes, "AES");
    }

    private void makeKey(Path keyFile) throws IOException {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        Path fresh = Files.createTempFile(keyFile.toAbsolutePath().getParent(), ".key-", "");
        write(fresh, ByteBuffer.wrap(bytes));
        try {
            // A link, not a move: two workers may start at once, and the first one's key stays.
            Files.createLink(keyFile, fresh);
        } catch (FileAlreadyExistsException e) {
            LOGGER.debugf("the key was made by somebody else file=%s", keyFile);
        } finally {
            Files.delete(fresh);
        }
    }

    @Override
    public void keep(Leftover state, byte[] bytes) throws IOException {
        byte[] description = describe(state);
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        byte[] sealed = crypt(Cipher.ENCRYPT_MODE, nonce, description, bytes);
        ByteBuffer whole =
                ByteBuffer.allocate(4 + description.length + NONCE + sealed.length)
                        .putInt(description.length)
                        .put(description)
                        .put(nonce)
                        .put(sealed)
                        .flip();
        Path fresh = Files.createTempFile(directory, ".new-", "");
        write(fresh, whole);
        Files.move(fresh, file(state.runId()), StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel self = FileChannel.open(directory, StandardOpenOption.READ)) {
            self.force(true);
        }
    }

    @Override
    public List<Leftover> leftovers() throws IOException {
        List<Leftover> found = new ArrayList<>();
        try (var files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                try {
                    found.add(parse(ByteBuffer.wrap(Files.readAllBytes(file))).leftover());
                } catch (IOException e) {
                    LOGGER.errorf("a spooled state is unreadable file=%s reason=%s", file, e);
                }
            }
        }
        found.sort(Comparator.comparing(Leftover::writtenAt));
        return found;
    }

    @Override
    public byte[] read(Leftover leftover) throws IOException {
        Parsed parsed = parse(ByteBuffer.wrap(Files.readAllBytes(file(leftover.runId()))));
        return crypt(Cipher.DECRYPT_MODE, parsed.nonce(), parsed.description(), parsed.sealed());
    }

    @Override
    public void discard(String runId) throws IOException {
        Files.deleteIfExists(file(runId));
    }

    private Path file(String runId) {
        return directory.resolve(runId + SUFFIX);
    }

    private static void write(Path file, ByteBuffer bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static byte[] describe(Leftover state) throws IOException {
        ObjectNode json = JSON.createObjectNode();
        json.put("runId", state.runId());
        json.put("tenantId", state.stack().tenantId());
        json.put("incarnation", state.stack().incarnation());
        json.put("stack", state.stack().stack());
        json.put("leaseId", state.leaseId());
        json.put("contentMd5", state.contentMd5());
        json.put("writtenAt", state.writtenAt().toString());
        return JSON.writeValueAsBytes(json);
    }

    private record Parsed(Leftover leftover, byte[] description, byte[] nonce, byte[] sealed) {}

    private static Parsed parse(ByteBuffer whole) throws IOException {
        if (whole.remaining() < 4) {
            throw new IOException("too short");
        }
        int length = whole.getInt();
        if (length < 0 || length > whole.remaining() - NONCE) {
            throw new IOException("not a spooled state");
        }
        byte[] description = new byte[length];
        byte[] nonce = new byte[NONCE];
        whole.get(description).get(nonce);
        byte[] sealed = new byte[whole.remaining()];
        whole.get(sealed);
        JsonNode json = JSON.readTree(description);
        StackRef stack =
                new StackRef(
                        json.path("tenantId").asText(),
                        json.path("incarnation").asInt(),
                        json.path("stack").asText());
        Leftover leftover =
                new Leftover(
                        json.path("runId").asText(),
                        stack,
                        json.path("leaseId").asText(),
                        json.path("contentMd5").asText(),
                        Instant.parse(json.path("writtenAt").asText()));
        return new Parsed(leftover, description, nonce, sealed);
    }

    private byte[] crypt(int mode, byte[] nonce, byte[] description, byte[] bytes)
            throws IOException {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(128, nonce));
            cipher.updateAAD(description);
            return cipher.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IOException("the spool's key does not fit this state", e);
        }
    }
}
