package io.leasehold.embedded.platform;

import io.leasehold.embedded.LocalFiles;
import io.leasehold.embedded.StartFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The folder in which the system keeps everything, and the right to it: one system per folder. The
 * right ends with the JVM, however that ends.
 */
final class DataDirectory implements AutoCloseable {
    private final Path root;
    private final FileChannel channel;

    private DataDirectory(Path root, FileChannel channel) {
        this.root = root;
        this.channel = channel;
    }

    /**
     * Takes the folder.
     *
     * @throws StartFailedException if another system has it
     */
    static DataDirectory take(Path root) {
        LocalFiles.privateDirectory(root);
        try {
            FileChannel channel =
                    FileChannel.open(
                            root.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new StartFailedException(
                        ("a system is already running on %s; stop it, or give another folder by"
                                        + " --data DIR")
                                .formatted(root));
            }
            return new DataDirectory(root, channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }

    /** A folder that only we may look into. */
    Path folder(String name) {
        return LocalFiles.privateDirectory(root.resolve(name));
    }

    /** A file in the folder itself. */
    Path file(String name) {
        return root.resolve(name);
    }

    /** Where a part of the system writes its log. */
    Path log(String label) {
        return folder("logs").resolve(label + ".log");
    }

    /** How others reach the running system; there only while it runs. */
    Path environmentFile() {
        return file("leasehold.env");
    }

    void forgetEnvironment() {
        try {
            Files.deleteIfExists(environmentFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
