package io.leasehold.provisioner.module;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * Unpacks a module: regular files and directories only, inside the target only, and no more than
 * the limits allow. What an archive is made of was decided by somebody else.
 */
final class ModuleArchive {

    private final long maxBytes;
    private final int maxEntries;

    ModuleArchive(long maxBytes, int maxEntries) {
        this.maxBytes = maxBytes;
        this.maxEntries = maxEntries;
    }

    /** The archive is not one that is unpacked here. */
    static final class RefusedException extends Exception {

        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /** SHA-256, lower-case hex. */
    static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * Unpacks into an empty directory.
     *
     * @throws RefusedException for what the archive is
     * @throws IOException for what the disk is
     */
    void unpack(byte[] archive, Path target) throws RefusedException, IOException {
        long bytes = 0;
        int entries = 0;
        try (InputStream gzip = gunzip(archive);
                TarArchiveInputStream tar = new TarArchiveInputStream(gzip, "UTF-8")) {
            for (TarArchiveEntry entry = next(tar); entry != null; entry = next(tar)) {
                if (++entries > maxEntries) {
                    throw new RefusedException("more than " + maxEntries + " entries");
                }
                Path place = place(entry.getName(), target);
                switch (entry.getLinkFlag()) {
                    case TarConstants.LF_DIR -> Files.createDirectories(place);
                    case TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM ->
                            bytes += write(tar, place, maxBytes - bytes);
                    // Not by the entry's own isFile(), which takes a link for one.
                    default ->
                            throw new RefusedException(
                                    "only files and directories may be in it, not "
                                            + entry.getName());
                }
            }
        }
    }

    private static InputStream gunzip(byte[] archive) throws RefusedException {
        try {
            return new GzipCompressorInputStream(new ByteArrayInputStream(archive));
        } catch (IOException e) {
            throw new RefusedException("not gzip");
        }
    }

    private static TarArchiveEntry next(TarArchiveInputStream tar) throws RefusedException {
        try {
            return tar.getNextEntry();
        } catch (IOException | IllegalArgumentException e) {
            throw new RefusedException("not a whole tar: " + e.getMessage());
        }
    }

    /** Each part of the name must be an ordinary one: then it cannot lead anywhere else. */
    private static Path place(String name, Path target) throws RefusedException {
        if (name.startsWith("/") || name.indexOf('\0') >= 0 || name.indexOf('\\') >= 0) {
            throw new RefusedException("a name leads out of the module: " + name);
        }
        Path place = target;
        for (String part : List.of(name.split("/"))) {
            if (part.equals("..")) {
                throw new RefusedException("a name leads out of the module: " + name);
            }
            if (!part.isEmpty() && !part.equals(".")) {
                if (part.length() > 255) {
                    throw new RefusedException("a name is too long");
                }
                place = place.resolve(part);
            }
        }
        return place;
    }

    private long write(InputStream tar, Path place, long room)
            throws RefusedException, IOException {
        try {
            Files.createDirectories(place.getParent());
            // New files only: no entry replaces one before it.
            try (OutputStream out = Files.newOutputStream(place, StandardOpenOption.CREATE_NEW)) {
                byte[] buffer = new byte[16 * 1024];
                long written = 0;
                for (int n = read(tar, buffer); n >= 0; n = read(tar, buffer)) {
                    written += n;
                    if (written > room) {
                        throw new RefusedException("larger than " + maxBytes + " bytes");
                    }
                    out.write(buffer, 0, n);
                }
                return written;
            }
        } catch (FileAlreadyExistsException e) {
            throw new RefusedException("a name occurs twice: " + place.getFileName());
        }
    }

    private static int read(InputStream tar, byte[] buffer) throws RefusedException {
        try {
            return tar.read(buffer);
        } catch (IOException e) {
            throw new RefusedException("not a whole tar: " + e.getMessage());
        }
    }
}
