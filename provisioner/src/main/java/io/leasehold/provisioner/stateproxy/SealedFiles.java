package io.leasehold.provisioner.stateproxy;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jboss.logging.Logger;

/**
 * Files that survive this worker and a crash of its machine. Each holds the length of its
 * description, the description in the clear, a nonce, and the content under AES-GCM with the
 * description as its associated data; it appears whole or not at all. Shared; any thread.
 */
@Singleton
public final class SealedFiles {

    private static final Logger LOGGER = Logger.getLogger(SealedFiles.class);

    private static final int NONCE = 12;

    private final Path directory;
    private final SecretKeySpec key;
    private final Disk disk;
    private final SecureRandom random = new SecureRandom();
    // Each is said once.
    private final Set<Path> unreadable = ConcurrentHashMap.newKeySet();

    /** Where files are made to be: whether they are can be seen in no other way. */
    @FunctionalInterface
    interface Disk {
        void force(Path path, FileChannel open) throws IOException;
    }

    /**
     * Opens the spool's directory, making it and the key where they are missing.
     *
     * @throws IOException when that is not possible, or the key is not 32 bytes
     */
    @Inject
    public SealedFiles(SpoolConfig config) throws IOException {
        this(config.directory(), config.keyFile().orElse(config.directory().resolve("spool.key")));
    }

    /** Opens a directory with a key at that place. */
    public SealedFiles(Path directory, Path keyFile) throws IOException {
        this(directory, keyFile, (_, open) -> open.force(true));
    }

    SealedFiles(Path directory, Path keyFile, Disk disk) throws IOException {
        this.directory = directory;
        this.disk = disk;
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
        Path parent = Objects.requireNonNull(keyFile.toAbsolutePath().getParent());
        Path fresh = Files.createTempFile(parent, ".key-", "");
        write(fresh, ByteBuffer.wrap(bytes));
        try {
            // A link, not a move: two workers may start at once, and the first one's key stays.
            Files.createLink(keyFile, fresh);
        } catch (FileAlreadyExistsException e) {
            LOGGER.debugf("the key was made by somebody else file=%s", keyFile);
        } finally {
            Files.delete(fresh);
        }
        settle(parent);
    }

    /** Keeps it under that name, in the place of what had the name. It is on the disk then. */
    public void keep(String name, byte[] description, byte[] content) throws IOException {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        byte[] sealed = crypt(Cipher.ENCRYPT_MODE, nonce, description, content);
        ByteBuffer whole =
                ByteBuffer.allocate(4 + description.length + NONCE + sealed.length)
                        .putInt(description.length)
                        .put(description)
                        .put(nonce)
                        .put(sealed)
                        .flip();
        Path fresh = Files.createTempFile(directory, ".new-", "");
        write(fresh, whole);
        Files.move(fresh, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        settle(directory);
    }

    /**
     * The descriptions of those whose names end so; one that is no such file is left out. Reads no
     * content: this is asked again and again.
     */
    public List<byte[]> descriptions(String suffix) throws IOException {
        List<byte[]> found = new ArrayList<>();
        try (var files = Files.newDirectoryStream(directory, "*" + suffix)) {
            for (Path file : files) {
                try {
                    found.add(describe(file));
                } catch (NoSuchFileException forgotten) {
                    // Since it was listed.
                } catch (IOException e) {
                    if (unreadable.add(file)) {
                        LOGGER.errorf("a spooled file is unreadable file=%s reason=%s", file, e);
                    }
                }
            }
        }
        return found;
    }

    /** How what was kept under that name is described. */
    public byte[] description(String name) throws IOException {
        return describe(directory.resolve(name));
    }

    private static byte[] describe(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            int length = in.readInt();
            if (length < 0 || length > Files.size(file) - 4 - NONCE) {
                throw new IOException("not a spooled file");
            }
            return in.readNBytes(length);
        }
    }

    /** What was kept under that name, with the description that it was kept with. */
    public Opened read(String name) throws IOException {
        Parsed parsed = parse(directory.resolve(name));
        return new Opened(
                parsed.description(),
                crypt(Cipher.DECRYPT_MODE, parsed.nonce(), parsed.description(), parsed.sealed()));
    }

    /** One file. */
    public record Opened(byte[] description, byte[] content) {}

    /** Forgets it; it may be gone already. */
    public void discard(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    private void write(Path file, ByteBuffer bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            disk.force(file, channel);
        }
    }

    /** The names in it are on the disk then. */
    private void settle(Path names) throws IOException {
        try (FileChannel self = FileChannel.open(names, StandardOpenOption.READ)) {
            disk.force(names, self);
        }
    }

    private record Parsed(byte[] description, byte[] nonce, byte[] sealed) {}

    private static Parsed parse(Path file) throws IOException {
        ByteBuffer whole = ByteBuffer.wrap(Files.readAllBytes(file));
        if (whole.remaining() < 4) {
            throw new IOException("too short");
        }
        int length = whole.getInt();
        if (length < 0 || length > whole.remaining() - NONCE) {
            throw new IOException("not a spooled file");
        }
        byte[] description = new byte[length];
        byte[] nonce = new byte[NONCE];
        whole.get(description).get(nonce);
        byte[] sealed = new byte[whole.remaining()];
        whole.get(sealed);
        return new Parsed(description, nonce, sealed);
    }

    private byte[] crypt(int mode, byte[] nonce, byte[] description, byte[] bytes)
            throws IOException {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(128, nonce));
            cipher.updateAAD(description);
            return cipher.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IOException("the spool's key does not fit this file", e);
        }
    }
}
