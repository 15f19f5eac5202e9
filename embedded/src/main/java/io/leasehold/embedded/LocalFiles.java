package io.leasehold.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Folders and files of the local system, with the rights they need. Safe for several threads. */
public final class LocalFiles {
    private static final String OWNER_ONLY_FILE = "rw-------";
    private static final String OWNER_ONLY_DIR = "rwx------";

    private LocalFiles() {}

    /**
     * {@code LEASEHOLD_CACHE}, else {@code leasehold} in {@code XDG_CACHE_HOME} or {@code
     * ~/.cache}: tools and unpacked binaries.
     */
    public static Path cache() {
        String set = System.getenv("LEASEHOLD_CACHE");
        if (set != null && !set.isBlank()) {
            return Path.of(set).toAbsolutePath();
        }
        String caches = System.getenv("XDG_CACHE_HOME");
        if (caches != null && !caches.isBlank()) {
            return Path.of(caches, "leasehold").toAbsolutePath();
        }
        return Path.of(System.getProperty("user.home"), ".cache", "leasehold");
    }

    /** Makes the folder and its parents if they are not there; nobody else may look inside. */
    public static Path privateDirectory(Path directory) {
        try {
            if (!Files.isDirectory(directory)) {
                Path parent = directory.toAbsolutePath().getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                Files.createDirectories(
                        directory,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString(OWNER_ONLY_DIR)));
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes a file that only its owner may read, in one step: a reader sees the old content or the
     * new, and at no moment may others read it.
     */
    public static void writePrivate(Path file, String content) {
        try {
            Path next = file.resolveSibling("." + file.getFileName() + ".next");
            Files.deleteIfExists(next);
            Files.createFile(
                    next,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString(OWNER_ONLY_FILE)));
            Files.writeString(next, content, StandardOpenOption.SYNC);
            Files.move(
                    next,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last lines of a log, for messages about what went wrong. Empty if there is none. */
    public static List<String> tail(Path log, int lines) {
        try {
            String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
            List<String> all = text.lines().toList();
            return all.subList(Math.max(0, all.size() - lines), all.size());
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes a folder with all it holds; a folder that is not there is fine. */
    public static void deleteTree(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try {
            Files.walkFileTree(directory, new Deleter());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes from everybody but its owner the right to look inside. */
    static void closeToOthers(Path directory) {
        try {
            Files.setPosixFilePermissions(
                    directory, PosixFilePermissions.fromString(OWNER_ONLY_DIR));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies a folder with its files, keeping their rights. */
    public static void copyTree(Path from, Path to) {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path source : (Iterable<Path>) all::iterator) {
                Files.copy(
                        source,
                        to.resolve(from.relativize(source)),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives a finished folder its final name; if somebody else was faster, theirs stays. */
    static void publish(Path finished, Path name) {
        try {
            Files.move(finished, name, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new UncheckedIOException(e);
        } catch (IOException e) {
            if (!Files.isDirectory(name)) {
                throw new UncheckedIOException(e);
            }
            deleteTree(finished);
        }
    }

    private static final class Deleter extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
                throws IOException {
            if (e != null) {
                throw e;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
