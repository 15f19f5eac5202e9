package io.leasehold.state.blueprint;

import io.leasehold.state.problem.Refusal;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Looks at the archive of a module before it is stored for ever. Pure; safe to share. */
final class ModuleArchives {
    private static final long MAX_UNPACKED = 64L << 20;
    private static final int MAX_ENTRIES = 10_000;

    private ModuleArchives() {}

    /** SHA-256 of the archive's bytes, lower-case hex. */
    static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Refuses what is not a tar.gz of plain files and folders with a module at its root. */
    static void check(String dir, byte[] tarGz) {
        boolean module = false;
        long unpacked = 0;
        int entries = 0;
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(
                        new GzipCompressorInputStream(
                                new BufferedInputStream(new ByteArrayInputStream(tarGz))))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                unpacked += entry.getSize();
                entries++;
                require(
                        unpacked <= MAX_UNPACKED && entries <= MAX_ENTRIES,
                        dir,
                        "is larger than 64 MiB or 10,000 files");
                require(
                        entry.isDirectory()
                                || (entry.isFile() && !entry.isLink() && !entry.isSymbolicLink()),
                        dir,
                        "holds something that is neither a plain file nor a folder");
                String name = entry.getName().replaceFirst("^\\./", "");
                require(staysInside(name), dir, "holds a path that leads out of it");
                module |= name.matches("[^/]+\\.(tf|tofu)(\\.json)?");
            }
        } catch (IOException e) {
            throw new Refusal(422, "MODULE_INVALID", dir + ": not a tar.gz: " + e.getMessage());
        }
        require(module, dir, "has no .tf or .tofu file at its root");
    }

    private static boolean staysInside(String name) {
        if (name.startsWith("/") || name.indexOf('\\') >= 0) {
            return false;
        }
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                return false;
            }
        }
        return true;
    }

    private static void require(boolean holds, String dir, String otherwise) {
        if (!holds) {
            throw new Refusal(422, "MODULE_INVALID", dir + ": the archive " + otherwise);
        }
    }
}
